import t from 'tap';
import type { HttpAnswer, HttpClient } from '../../../gateway/core/http.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { SourceLedger } from '../../../gateway/features/sources/source-ledger.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';

const hourMs = 3_600_000;
const signal = new AbortController().signal;

/** A service whose answers a test chooses, and a ledger that outlives restarts. */
class Bench {
  readonly clock = new SimulatedClock(Date.UTC(2026, 5, 1, 12));
  readonly requests: string[] = [];
  answer: Pick<HttpAnswer, 'status' | 'headers'> = { status: 200, headers: {} };
  #kept: string | undefined;
  #http = this.#honouring();

  async restart(): Promise<void> {
    const ledger = this.#ledger();
    await ledger.load();
    this.#http = ledger.honouring(this.#service());
  }

  /** How long it has to wait, ms; undefined when it was asked. */
  async ask(path: string): Promise<number | undefined> {
    try {
      await this.#http.request({ url: `https://api.example${path}?key=secret`, reach: 'internet' }, signal);
      return undefined;
    } catch (error) {
      return (error as { facts: { retryAfterMs: number } }).facts.retryAfterMs;
    }
  }

  get kept(): string {
    return this.#kept ?? '';
  }

  #honouring(): HttpClient {
    return this.#ledger().honouring(this.#service());
  }

  #ledger(): SourceLedger {
    const call = (name: string, _key: string, text: string): Promise<unknown> => {
      if (name === 'putSetting') this.#kept = text;
      return Promise.resolve(name === 'getSetting' ? this.#kept : undefined);
    };
    return new SourceLedger('api', { clock: this.clock, logger: silentLogger, store: { call } as never });
  }

  #service(): HttpClient {
    return {
      request: ({ url }) => {
        this.requests.push(url);
        return Promise.resolve({ ...this.answer, body: new Uint8Array() });
      },
    };
  }
}

t.test('nothing is asked for again before its service wants to be asked for it', async (t) => {
  for (const status of [429, 503]) {
    const bench = new Bench();
    bench.answer = { status, headers: { 'retry-after': '7200' } };
    t.equal(await bench.ask('/data'), undefined);
    bench.answer = { status: 200, headers: {} };
    await bench.clock.advance(hourMs);
    t.equal(await bench.ask('/data'), hourMs);
    t.equal(await bench.ask('/other'), undefined, 'what else it has may be asked for');
    await bench.clock.advance(hourMs);
    t.equal(await bench.ask('/data'), undefined);
    t.equal(bench.requests.length, 3, String(status));
  }
});

t.test('a date is as good as seconds, and goes by the clock of the service', async (t) => {
  const bench = new Bench();
  const date = new Date(bench.clock.truth() - 9 * hourMs).toUTCString();
  const until = new Date(bench.clock.truth() - 8 * hourMs).toUTCString();
  bench.answer = { status: 503, headers: { date, 'retry-after': until } };
  await bench.ask('/data');
  t.equal(await bench.ask('/data'), hourMs);
});

t.test('a restart forgets nothing of it, whatever the wall clock was set to', async (t) => {
  for (const stepMs of [0, -3 * hourMs, 30 * hourMs]) {
    const bench = new Bench();
    bench.answer = { status: 429, headers: { 'retry-after': '3600' } };
    await bench.ask('/data');
    bench.clock.stepWall(stepMs);
    await bench.clock.advance(hourMs / 2);
    await bench.restart();
    t.equal(await bench.ask('/data'), hourMs / 2, `set by ${stepMs} ms`);
  }
});

t.test('a machine that starts anew goes by its wall clock', async (t) => {
  const bench = new Bench();
  bench.answer = { status: 429, headers: { 'retry-after': '3600' } };
  await bench.ask('/data');
  bench.clock.restartMachine();
  await bench.restart();
  t.equal(await bench.ask('/data'), hourMs);
  bench.clock.stepWall(-48 * hourMs);
  t.equal(await bench.ask('/data'), undefined, 'which says nothing when it was set back');
});

t.test('years are not believed, nonsense is no wait, and other answers ask for none', async (t) => {
  const bench = new Bench();
  bench.answer = { status: 429, headers: { 'retry-after': '999999999' } };
  await bench.ask('/years');
  t.equal(await bench.ask('/years'), 24 * hourMs);
  const answers = [
    { status: 429, headers: { 'retry-after': 'soon' } },
    { status: 429, headers: { 'retry-after': '0' } },
    { status: 429, headers: {} },
    { status: 200, headers: { 'retry-after': '60' } },
    { status: 404, headers: { 'retry-after': '60' } },
  ];
  for (const [index, answer] of answers.entries()) {
    bench.answer = answer;
    await bench.ask(`/${index}`);
    t.equal(await bench.ask(`/${index}`), undefined, JSON.stringify(answer));
  }
});

t.test('what is kept is small, and holds nothing of a query', async (t) => {
  const bench = new Bench();
  bench.answer = { status: 429, headers: { 'retry-after': '3600' } };
  for (let page = 0; page < 200; page += 1) await bench.ask(`/page/${page}`);
  t.notMatch(bench.kept, /secret/);
  t.ok(bench.kept.length < 8_000, `${bench.kept.length} characters`);
});
