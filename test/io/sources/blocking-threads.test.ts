import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t, { type Test } from 'tap';
import { monotonicMs } from '../../../gateway/core/clock.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { BlockingThreads, type BlockingScript } from '../../../gateway/io/sources/blocking-threads.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';

const never = new AbortController().signal;
const sampling = {
  bus: 250,
  address: 0x48,
  channels: ['a0'],
  fullScaleMv: 4_096,
  dataRate: 860,
  mode: 'single',
  mainsHz: 50,
  cycles: 1,
};

function threadsOf(t: Test, script?: BlockingScript): { threads: BlockingThreads; clock: SimulatedClock } {
  const clock = new SimulatedClock(0);
  const threads = new BlockingThreads({ clock, alarm: clock }, script);
  t.teardown(async () => await threads.close());
  return { threads, clock };
}

t.test('work that is not known is refused', async (t) => {
  const { threads } = threadsOf(t);
  await t.rejects(threads.run('w1.write', {}, never), { code: 'input_invalid', message: /w1\.write/ });
});

t.test('an error crosses with what it hints at and its facts', async (t) => {
  const { threads } = threadsOf(t);
  const request = { basePath: '/nowhere', ids: [], sensors: {}, timeMsMax: 1 };
  const failing = threads.run('w1.read', request, never);
  await t.rejects(failing, GatewayError);
  await t.rejects(failing, { code: 'source_unavailable', hint: /w1-gpio/, facts: { path: '/nowhere' } });
});

t.test('a converter on a bus that is not there, or without i2c-bus, is not available', async (t) => {
  const { threads } = threadsOf(t);
  // Where i2c-bus was built for this Node the bus is missing, elsewhere i2c-bus is.
  await t.rejects(threads.run('ads1115.sample', sampling, never), {
    code: 'source_unavailable',
    message: /cannot be loaded: .*[^:]$|I2C bus 250/,
    hint: /npm rebuild i2c-bus|i2c_arm/,
  });
});

t.test('a request that is nonsense is a bug of ours, and the thread goes on', async (t) => {
  const { threads } = threadsOf(t);
  await t.rejects(threads.run('w1.read', null, never), { code: 'internal_error' });
  const request = { basePath: t.testdir({}), ids: [], sensors: {}, timeMsMax: 1 };
  t.same(await threads.run('w1.read', request, never), []);
});

t.test('who gives up is answered at once, and the thread goes on', async (t) => {
  const { threads } = threadsOf(t, slowWorker(t));
  const reason = new GatewayError('deadline_exceeded', 'too late');
  const abort = new AbortController();
  const first = threads.run('w1.read', 'first', abort.signal);
  const second = threads.run('w1.read', 'second', never);
  abort.abort(reason);
  await t.rejects(first, reason);
  t.equal(await second, 'second');
  await t.rejects(threads.run('w1.read', 'late', abort.signal), reason);
});

t.test('work that never ends is ended when its time is up', async (t) => {
  const { threads, clock } = threadsOf(t, slowWorker(t));
  t.equal(await threads.run('w1.read', 'well', never), 'well');
  const hanging = threads.run('w1.read', 'hang', never);
  clock.at(monotonicMs(clock.monotonic() + 1), () => undefined);
  await clock.advance(90_000);
  await t.rejects(hanging, { code: 'worker_crashed', retryable: true });
  t.equal(await threads.run('w1.read', 'again', never), 'again');
});

t.test('one kind of work does not wait for another', async (t) => {
  const { threads, clock } = threadsOf(t, slowWorker(t));
  const hanging = threads.run('w1.read', 'hang', never);
  t.equal(await threads.run('ads1115.sample', 'well', never), 'well');
  await clock.advance(90_000);
  await t.rejects(hanging, { code: 'worker_crashed' });
});

/** Answers what it is asked, and never when it is to hang. */
function slowWorker(t: Test): BlockingScript {
  const service = new URL('../../../gateway/engine/worker-service.ts', import.meta.url);
  const path = join(t.testdir({}), 'worker.mjs');
  writeFileSync(
    path,
    `import { serveWorker } from '${service.href}';
    serveWorker(({ request }) => (request === 'hang' ? new Promise(() => undefined) : request));`,
  );
  return { url: pathToFileURL(path) };
}
