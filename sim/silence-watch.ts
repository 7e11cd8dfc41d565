import type { Gateway } from '../gateway/app.ts';
import type { LiveValue } from '../gateway/core/live-feed.ts';
import { isMute, type ServiceFault } from './service-fault.ts';
import type { VirtualSource } from './virtual-services.ts';

export interface SilenceParts {
  readonly sources: readonly VirtualSource[];
  /** A machine that sleeps does not count how long nothing comes. */
  readonly isClockFaulty: boolean;
  /** Of a host, in order of time. */
  readonly faultsOf: (host: string) => readonly ServiceFault[];
  report(message: string): void;
}

const silentPeriods = 3;
const slackMs = 2_000;

/** Watches that the health says of exactly the silent sources that they are silent, and no longer than they are. */
export class SilenceWatch {
  readonly #parts: SilenceParts;
  readonly #spokeMs = new Map<string, number>();
  #bootMs = 0;
  #checks = 0;

  constructor(parts: SilenceParts) {
    this.#parts = parts;
  }

  get checks(): number {
    return this.#checks;
  }

  restarted(nowMs: number): void {
    this.#bootMs = nowMs;
    this.#spokeMs.clear();
  }

  hear(values: readonly LiveValue[], nowMs: number): void {
    for (const { device, value } of values) {
      const [id = ''] = device.split('/');
      if (value !== null) this.#spokeMs.set(id, nowMs);
    }
  }

  look(gateway: Gateway, nowMs: number): void {
    const said = new Set(
      gateway.lifecycle
        .state()
        .lines.filter(({ message }) => message.includes(`no data for ${silentPeriods} periods`))
        .map(({ subject }) => subject),
    );
    for (const source of this.#parts.sources) this.#judge(source, said.has(`source:${source.id}`), nowMs);
  }

  #judge(source: VirtualSource, isSaid: boolean, nowMs: number): void {
    const { id, config, pace } = source;
    const silenceMs = silentPeriods * config.periodMs;
    const sinceMs = Math.max(this.#bootMs, this.#spokeMs.get(id) ?? 0);
    this.#checks += 1;
    if (isSaid && nowMs - sinceMs < silenceMs)
      this.#parts.report(`${id} spoke ${nowMs - sinceMs} ms ago, and is said to be silent`);
    // The last reading that brought something may have been under way when it began.
    const muteMs = silenceMs + pace.timeoutMs + slackMs;
    const isOld = nowMs - this.#bootMs > muteMs && !this.#parts.isClockFaulty;
    if (!isSaid && isOld && this.#isMute(source, nowMs - muteMs, nowMs))
      this.#parts.report(`${id} has said nothing for ${silentPeriods} periods, and nobody is told`);
  }

  /** Tempo goes by what it has heard hours ago. */
  #isMute({ id, hosts }: VirtualSource, fromMs: number, toMs: number): boolean {
    if (id === 'colours') return false;
    return hosts.every((host) =>
      this.#parts
        .faultsOf(host)
        .some(({ startMs, endMs, trouble }) => startMs <= fromMs && endMs > toMs && isMute(trouble)),
    );
  }
}
