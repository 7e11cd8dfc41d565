import t from 'tap';
import type { LiveEvent } from '../../../../gateway/faces/web/page/api-types.ts';
import { ApiProblem } from '../../../../gateway/faces/web/page/api-problem.ts';
import type { PageTime } from '../../../../gateway/faces/web/page/browser-time.ts';
import {
  followEvents,
  retryDelayMs,
  type Connection,
  type LiveStream,
} from '../../../../gateway/faces/web/page/live-stream.ts';

/** Time that passes when the test says so. */
class ManualPageTime implements PageTime {
  #nowMs = 0;
  readonly #waiting = new Set<{ atMs: number; callback: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const entry = { atMs: this.#nowMs + delayMs, callback };
    this.#waiting.add(entry);
    return () => this.#waiting.delete(entry);
  }

  every(): () => void {
    return () => undefined;
  }

  pass(durationMs: number): void {
    this.#nowMs += durationMs;
    for (const entry of [...this.#waiting]) {
      if (entry.atMs <= this.#nowMs && this.#waiting.delete(entry)) entry.callback();
    }
  }
}

interface Try {
  accept(): void;
  refuse(problem: ApiProblem): void;
  send(text: string): void;
  end(): void;
  readonly isAborted: () => boolean;
}

interface Scene {
  readonly time: ManualPageTime;
  readonly stream: LiveStream;
  readonly tries: readonly Try[];
  readonly events: readonly LiveEvent[];
  readonly states: readonly Connection[];
}

/** A server whose connections the test opens, feeds and breaks. */
function scene(): Scene {
  const time = new ManualPageTime();
  const events: LiveEvent[] = [];
  const states: Connection[] = [];
  const tries: Try[] = [];
  const stream = followEvents({
    time,
    onEvent: (event) => events.push(event),
    onConnection: (connection) => states.push(connection),
    open: (signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<Response>();
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const writer = writable.getWriter();
      const broken = new ApiProblem('the gateway does not answer', { status: 0, code: 'unreachable' });
      signal.addEventListener('abort', () => {
        reject(broken);
        writer.abort(broken).catch(() => undefined);
      });
      tries.push({
        accept: () => resolve(new Response(readable)),
        refuse: reject,
        send: (text) => void writer.write(new TextEncoder().encode(text)),
        end: () => void writer.close(),
        isAborted: () => signal.aborted,
      });
      return promise;
    },
  });
  return { time, stream, tries, events, states };
}

/** Lets all that is ready happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const unreachable = new ApiProblem('the gateway does not answer', { status: 0, code: 'unreachable' });
const gatewayEvent = '{"type":"gateway","life":"running","link":"none","health":"normal"}';

t.test('events are handed on as they come', async (t) => {
  const { tries, events, states, stream } = scene();
  t.same(states, [{ state: 'connecting' }]);
  tries[0]?.accept();
  tries[0]?.send(`event: gateway\ndata: ${gatewayEvent.slice(0, 20)}`);
  tries[0]?.send(`${gatewayEvent.slice(20)}\n\n`);
  await settle();
  t.same(events, [JSON.parse(gatewayEvent)]);
  t.same(states.at(-1), { state: 'live' });
  stream.stop();
});

t.test('a connection that ends is tried again after a wait, and the waits grow up to a limit', async (t) => {
  const { time, tries, states, stream } = scene();
  tries[0]?.accept();
  await settle();
  tries[0]?.end();
  await settle();
  t.match(states.at(-1), { state: 'waiting', retryAtMs: 500 });
  time.pass(499);
  t.equal(tries.length, 1);
  time.pass(1);
  t.equal(tries.length, 2);
  tries[1]?.refuse(unreachable);
  await settle();
  t.match(states.at(-1), { state: 'waiting', retryAtMs: 1_500, why: 'the gateway does not answer' });
  time.pass(1_000);
  tries[2]?.accept();
  await settle();
  tries[2]?.end();
  await settle();
  t.match(states.at(-1), { state: 'waiting', retryAtMs: 2_000 }, 'the waits begin anew once it was live');
  stream.stop();
  t.same([1, 2, 3, 6, 60].map(retryDelayMs), [500, 1_000, 2_000, 15_000, 15_000]);
});

t.test('a silent connection is given up, one with heartbeats is not', async (t) => {
  const { time, tries, states, stream } = scene();
  tries[0]?.accept();
  for (let beat = 0; beat < 5; beat += 1) {
    tries[0]?.send(': heartbeat\n\n');
    await settle();
    time.pass(10_000);
    await settle();
  }
  t.equal(states.at(-1)?.state, 'live');
  time.pass(2_000);
  await settle();
  t.equal(tries[0]?.isAborted(), true);
  t.equal(states.at(-1)?.state, 'waiting');
  stream.stop();
});

t.test('a connection that is never answered is given up too', async (t) => {
  const { time, tries, states, stream } = scene();
  time.pass(12_000);
  await settle();
  t.equal(tries[0]?.isAborted(), true);
  t.equal(states.at(-1)?.state, 'waiting');
  stream.stop();
});

t.test('it can be tried at once, and not twice', async (t) => {
  const { time, tries, stream } = scene();
  stream.retryNow();
  t.equal(tries.length, 1, 'it is being tried already');
  tries[0]?.refuse(unreachable);
  await settle();
  stream.retryNow();
  stream.retryNow();
  t.equal(tries.length, 2);
  time.pass(60_000);
  await settle();
  t.equal(tries.length, 2, 'only the new try was given up; its wait begins now');
  stream.stop();
});

t.test('once stopped it never comes back', async (t) => {
  const { time, tries, states, stream } = scene();
  tries[0]?.accept();
  await settle();
  stream.stop();
  await settle();
  time.pass(60_000);
  stream.retryNow();
  t.equal(tries.length, 1);
  t.equal(tries[0]?.isAborted(), true);
  t.same(states.at(-1), { state: 'live' });
});

t.test('nobody looking, it lets go of the connection and takes it up again when asked', async (t) => {
  const { time, tries, states, stream } = scene();
  tries[0]?.accept();
  await settle();
  stream.rest();
  await settle();
  t.equal(tries[0]?.isAborted(), true);
  time.pass(600_000);
  t.equal(tries.length, 1, 'it does not try by itself');
  stream.retryNow();
  t.equal(tries.length, 2);
  tries[1]?.accept();
  await settle();
  t.same(states.at(-1), { state: 'live' });
  stream.stop();
});
