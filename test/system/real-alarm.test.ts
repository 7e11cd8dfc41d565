import t from 'tap';
import { monotonicMs, wallMs } from '../../gateway/core/clock.ts';
import type { Clock } from '../../gateway/core/clock.ts';
import { createRealAlarm } from '../../gateway/system/real-alarm.ts';
import { realClock } from '../../gateway/system/real-clock.ts';

const alarm = createRealAlarm(realClock);

async function rings(clock: Clock, atMs: number): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  createRealAlarm(clock).at(monotonicMs(atMs), () => resolve(clock.monotonic()));
  return await promise;
}

t.test('an alarm never rings before its time', async (t) => {
  for (let round = 0; round < 20; round += 1) {
    const atMs = realClock.monotonic() + round / 7;
    const rangMs = await rings(realClock, atMs);
    t.ok(rangMs >= atMs, `${rangMs} is not before ${atMs}`);
  }
});

t.test('a time that has passed rings at once, but not within the call', async (t) => {
  let rang = false;
  alarm.at(monotonicMs(0), () => (rang = true));
  t.equal(rang, false);
  await rings(realClock, 0);
  t.equal(rang, true);
});

t.test('a timer that comes early is set again', async (t) => {
  let looks = 0;
  const clock: Clock = { wall: () => wallMs(0), monotonic: () => monotonicMs((looks += 1)) };
  t.ok((await rings(clock, 6)) >= 6);
  t.ok(looks >= 6);
});

t.test('a cancelled alarm does not ring, and cancelling again does nothing', async (t) => {
  const rang: string[] = [];
  const soonMs = monotonicMs(realClock.monotonic() + 1);
  const cancels = [alarm.at(soonMs, () => rang.push('at')), alarm.nextTurn(() => rang.push('turn'))];
  for (const cancel of [...cancels, ...cancels]) cancel();
  await rings(realClock, soonMs + 5);
  t.same(rang, []);
  for (const cancel of cancels) cancel();
});

t.test('an alarm months away does not ring at once', async (t) => {
  let rang = false;
  const cancel = alarm.at(monotonicMs(realClock.monotonic() + 100 * 86_400_000), () => (rang = true));
  await rings(realClock, realClock.monotonic() + 5);
  cancel();
  t.equal(rang, false);
});

t.test('the next turn comes after what runs now', async (t) => {
  const order: string[] = [];
  const { promise, resolve } = Promise.withResolvers<undefined>();
  alarm.nextTurn(() => {
    order.push('turn');
    resolve(undefined);
  });
  await Promise.resolve();
  order.push('now');
  await promise;
  t.same(order, ['now', 'turn']);
});

t.test('the monotonic clock does not go back, and the wall clock is in this century', (t) => {
  let lastMs = realClock.monotonic();
  for (let round = 0; round < 1_000; round += 1) {
    const nowMs = realClock.monotonic();
    t.ok(nowMs >= lastMs);
    lastMs = nowMs;
  }
  t.ok(realClock.wall() > Date.UTC(2020));
  t.end();
});
