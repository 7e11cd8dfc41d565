import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { fails, one, SourceBench, type Script } from './source-bench.ts';

const never = new AbortController().signal;
const refuses = fails('source_refused', 'no token');

/** A device that lets us in from the press of its button on, and its reading. */
function device(pressedMs: number) {
  const state = { asked: 0, isLetIn: false };
  const script: Script = (ports, signal) => (state.isLetIn ? Promise.resolve(one) : refuses(ports, signal));
  const pair = (bench: SourceBench) => (): Promise<boolean> => {
    state.asked += 1;
    state.isLetIn = bench.clock.monotonic() >= pressedMs;
    return Promise.resolve(state.isLetIn);
  };
  return { state, script, pair };
}

async function started(pressedMs: number) {
  const { state, script, pair } = device(pressedMs);
  const bench: SourceBench = new SourceBench({
    id: 'p1',
    script,
    periodMs: 10_000,
    pair: () => pair(bench)(),
  });
  return { state, bench: await bench.start() };
}

t.test('the button is waited for, and the source is read as soon as it was pressed', async (t) => {
  const { state, bench } = await started(75_000);
  await bench.clock.advance(50_000);
  t.equal(bench.taken.length, 0);
  t.equal(bench.fleet.sources()[0]?.state, 'down');
  const paired = bench.fleet.pair('p1', { clock: bench.clock, alarm: bench.clock }, never);
  await bench.clock.advance(24_000);
  t.equal(state.asked, 17, 'each second and a half');
  await bench.clock.advance(2_000);
  t.equal(await paired, 'done');
  await bench.clock.advance(1);
  t.equal(bench.taken.length, 1, 'whatever it was left alone for before');
  t.equal(bench.fleet.sources()[0]?.state, 'up');
});

t.test('a button that nobody presses is told to be waited for', async (t) => {
  const { state, bench } = await started(Infinity);
  const paired = bench.fleet.pair('p1', { clock: bench.clock, alarm: bench.clock }, never);
  await bench.clock.advance(41_000);
  t.equal(await paired, 'waiting');
  t.equal(state.asked, 27);
});

t.test('what goes wrong, and whoever gives up, ends the waiting', async (t) => {
  const refusal = new GatewayError('certificate_invalid', 'not trusted');
  const bench = await new SourceBench(
    {
      id: 'strange',
      script: () => Promise.resolve(one),
      periodMs: 10_000,
      pair: () => Promise.reject(refusal),
    },
    {
      id: 'deaf',
      script: () => Promise.resolve(one),
      periodMs: 10_000,
      pair: async (signal) =>
        await new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        ),
    },
    { id: 'waits', script: () => Promise.resolve(one), periodMs: 10_000, pair: () => Promise.resolve(false) },
    { id: 'plain', script: () => Promise.resolve(one), periodMs: 10_000 },
  ).start();
  const time = { clock: bench.clock, alarm: bench.clock };
  await t.rejects(bench.fleet.pair('strange', time, never), refusal);
  await t.rejects(bench.fleet.pair('plain', time, never), { code: 'input_invalid', message: /button/ });
  await t.rejects(bench.fleet.pair('nobody', time, never), { code: 'not_found', hint: /strange/ });
  const deaf = bench.fleet.pair('deaf', time, never);
  const told = t.rejects(deaf, { code: 'deadline_exceeded' });
  await bench.clock.advance(21_000);
  await told;
  const stop = new AbortController();
  const waits = bench.fleet.pair('waits', time, stop.signal);
  const stopped = t.rejects(waits, { code: 'stopping' });
  await bench.clock.advance(1);
  stop.abort(new GatewayError('stopping', 'the gateway stops'));
  await stopped;
});
