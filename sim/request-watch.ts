import type { VirtualSource } from './virtual-services.ts';
import type { HttpExchange } from './simulated-http.ts';

/** A shorter wait may be forgotten at a restart: it is not worth a write to the card each time. */
const keptMsMin = 60_000;
/** A date in Retry-After has whole seconds. */
const dateMs = 1_000;
const dayMs = 24 * 3_600_000;

interface Asked {
  readonly atMs: number;
  readonly boot: number;
}

/**
 * Watches how often services are asked, by the true time: no source more often than its minimum interval or its
 * budget, nothing of a host before it wants to be asked for it again; restarts and wrong clocks notwithstanding.
 */
export class RequestWatch {
  readonly #sources: ReadonlyMap<string, VirtualSource>;
  readonly #report: (message: string) => void;
  readonly #asked = new Map<string, Asked>();
  readonly #running = new Map<string, 'quiet' | 'asking'>();
  readonly #latest = new Map<string, { readonly exchange: HttpExchange; readonly boot: number }>();
  readonly #times = new Map<string, number[]>();
  #boot = 0;
  #checks = 0;

  constructor(sources: readonly VirtualSource[], report: (message: string) => void) {
    this.#sources = new Map(sources.flatMap((source) => source.hosts.map((host) => [host, source] as const)));
    this.#report = report;
  }

  get checks(): number {
    return this.#checks;
  }

  restarted(): void {
    this.#boot += 1;
    this.#running.clear();
  }

  /** A reading of it begins; whether it asks anybody is seen by its requests. */
  runs(source: string): void {
    this.#running.set(source, 'quiet');
  }

  hear(exchange: HttpExchange): void {
    const source = this.#sources.get(exchange.host);
    if (source === undefined) return;
    this.#checks += 1;
    if (this.#running.get(source.id) !== 'asking') this.#checkInterval(source, exchange.startMs);
    this.#running.set(source.id, 'asking');
    this.#checkWait(exchange);
    this.#checkBudget(source, exchange.startMs);
    this.#latest.set(exchange.host + exchange.path, { exchange, boot: this.#boot });
  }

  #checkInterval({ id, pace }: VirtualSource, atMs: number): void {
    const last = this.#asked.get(id);
    this.#asked.set(id, { atMs, boot: this.#boot });
    if (last === undefined || !this.#isKept(pace.periodMsMin, last.boot)) return;
    const afterMs = atMs - last.atMs;
    if (afterMs >= pace.periodMsMin) return;
    this.#report(`${id} was asked ${afterMs} ms after it was last; its least is ${pace.periodMsMin} ms`);
  }

  #checkWait({ host, path, startMs }: HttpExchange): void {
    const last = this.#latest.get(host + path);
    if (last === undefined || last.exchange.isUnheard) return;
    const { answer, endMs } = last.exchange;
    if (answer === undefined || endMs === undefined) return;
    const waitMs = waitOf(answer.headers);
    if (waitMs === undefined || !this.#isKept(waitMs, last.boot)) return;
    const afterMs = startMs - endMs;
    if (afterMs < Math.min(waitMs, dayMs) - dateMs)
      this.#report(`${host} was asked ${afterMs} ms after it had asked for ${waitMs} ms without`);
  }

  #checkBudget({ id, pace: { requestsPerDay } }: VirtualSource, atMs: number): void {
    if (requestsPerDay === undefined) return;
    const times = this.#times.get(id) ?? [];
    this.#times.set(id, times);
    while ((times[0] ?? atMs) <= atMs - dayMs) times.shift();
    times.push(atMs);
    if (times.length > requestsPerDay)
      this.#report(`${id} was asked ${times.length} times in 24 hours; its budget is ${requestsPerDay}`);
  }

  #isKept(waitMs: number, boot: number): boolean {
    return boot === this.#boot || waitMs >= keptMsMin;
  }
}

function waitOf(headers: Readonly<Record<string, string>>): number | undefined {
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  return /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.parse(headers['date'] ?? '');
}
