import t from 'tap';
import { monotonicMs } from '../../gateway/core/clock.ts';
import { GatewayError } from '../../gateway/core/errors.ts';
import { TimeLimiter, waitFor } from '../../gateway/engine/time-limit.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';

const error = (): GatewayError => new GatewayError('device_timeout', 'no answer');

/** A call that ends when its signal fires, or after `tookMs`. */
function exchange(clock: SimulatedClock, tookMs: number): (signal: AbortSignal) => Promise<string> {
  return async (signal) =>
    await new Promise((resolve, reject) => {
      if (signal.aborted) reject(signal.reason as Error);
      clock.at(monotonicMs(clock.monotonic() + tookMs), () => resolve('answer'));
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
}

t.test('a call that ends in time gives its answer, and one that does not the error', async (t) => {
  const clock = new SimulatedClock(0);
  const limiter = new TimeLimiter({ clock, alarm: clock });
  const outer = new AbortController().signal;
  const quick = limiter.run({ limitMs: 100, error, outer }, exchange(clock, 99));
  await clock.advance(100);
  t.equal(await quick, 'answer');
  const slow = limiter
    .run({ limitMs: 100, error, outer }, exchange(clock, 101))
    .catch((reason: unknown) => reason);
  await clock.advance(100);
  t.match(await slow, { code: 'device_timeout' });
  const again = limiter.run({ limitMs: 100, error, outer }, exchange(clock, 10));
  await clock.advance(100);
  t.equal(await again, 'answer', 'and the next call has its own time');
});

t.test('when the outer signal fires the call ends with its reason', async (t) => {
  const clock = new SimulatedClock(0);
  const limiter = new TimeLimiter({ clock, alarm: clock });
  const outer = new AbortController();
  const call = limiter
    .run({ limitMs: 1_000, error, outer: outer.signal }, exchange(clock, 900))
    .catch((reason: unknown) => reason);
  await clock.advance(50);
  outer.abort(new GatewayError('stopping', 'the gateway stops'));
  await clock.advance(1);
  t.match(await call, { code: 'stopping' });
  await t.rejects(limiter.run({ limitMs: 1_000, error, outer: outer.signal }, exchange(clock, 1)), {
    code: 'stopping',
  });
});

t.test('an outer signal that fires between two calls does not touch the next one’s', async (t) => {
  const clock = new SimulatedClock(0);
  const limiter = new TimeLimiter({ clock, alarm: clock });
  const first = new AbortController();
  const call = limiter.run({ limitMs: 100, error, outer: first.signal }, exchange(clock, 10));
  await clock.advance(20);
  await call;
  first.abort(new GatewayError('stopping', 'too late to matter'));
  const next = limiter.run({ limitMs: 100, error, outer: new AbortController().signal }, exchange(clock, 10));
  await clock.advance(20);
  t.equal(await next, 'answer');
});

t.test('a wait ends after its time, or early with the reason of its signal', async (t) => {
  const clock = new SimulatedClock(0);
  const ports = { clock, alarm: clock };
  const controller = new AbortController();
  const waits = [
    waitFor(ports, 100, controller.signal),
    waitFor(ports, 500, controller.signal).catch((reason: unknown) => reason),
  ];
  await clock.advance(100);
  t.equal(await waits[0], undefined);
  controller.abort(new GatewayError('stopping', 'the gateway stops'));
  await clock.advance(1);
  t.match(await waits[1], { code: 'stopping' });
  await t.rejects(waitFor(ports, 10, controller.signal), { code: 'stopping' });
  await waitFor(ports, 0, new AbortController().signal);
});
