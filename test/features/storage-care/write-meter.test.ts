import t from 'tap';
import {
  WriteMeter,
  dayMs,
  hourMs,
  type WriteSample,
} from '../../../gateway/features/storage-care/write-meter.ts';

const minuteMs = 60_000;
const commitsUnder = { durable: 0, balanced: 0, sdcard: 0 };

/** So many bytes and readings a minute since the start. */
function sample(atMs: number, bytesPerMinute = 1_000): WriteSample {
  const minutes = atMs / minuteMs;
  return {
    atMs,
    writtenBytes: minutes * bytesPerMinute,
    readings: minutes * 10,
    commits: minutes,
    commitsUnder,
  };
}

t.test('nothing is said before a quarter of an hour has been measured', (t) => {
  const meter = new WriteMeter();
  t.equal(meter.over(hourMs), undefined);
  t.equal(meter.ever(), undefined);
  for (const minutes of [0, 5, 10]) meter.take(sample(minutes * minuteMs));
  t.equal(meter.over(hourMs), undefined);
  t.equal(meter.ever(), undefined);
  meter.take(sample(15 * minuteMs));
  t.match(meter.over(hourMs), { spanMs: 15 * minuteMs, bytes: 15_000, readings: 150, commits: 15 });
  t.match(meter.ever(), { spanMs: 15 * minuteMs, bytes: 15_000 });
  t.end();
});

t.test('the last hour and the last day are those, however long it runs', (t) => {
  const meter = new WriteMeter();
  const daysMs = 3 * dayMs;
  for (let atMs = 0; atMs <= daysMs; atMs += 5 * minuteMs) {
    // Ten times as much in the last hour.
    const extra = Math.max(0, atMs - (daysMs - hourMs)) / minuteMs;
    meter.take({ ...sample(atMs), writtenBytes: sample(atMs).writtenBytes + extra * 9_000 });
  }
  t.match(meter.over(hourMs), { spanMs: hourMs, bytes: 600_000 });
  t.match(meter.over(dayMs), { spanMs: dayMs, bytes: 1_440_000 + 540_000 });
  t.match(meter.ever(), { spanMs: daysMs, bytes: 3 * 1_440_000 + 540_000 });
  t.end();
});

t.test('a pause, as of a task that was late, lengthens the span and not the rate', (t) => {
  const meter = new WriteMeter();
  for (const hours of [0, 1, 30]) meter.take(sample(hours * hourMs));
  t.match(meter.over(dayMs), { spanMs: 29 * hourMs, bytes: 29 * 60_000 });
  t.end();
});

t.test('the sum goes on over runs, whose clocks and counters begin anew', (t) => {
  const first = new WriteMeter();
  first.take(sample(7 * hourMs));
  first.take(sample(9 * hourMs));
  const second = new WriteMeter(first.sum());
  t.same(second.sum(), { spanMs: 2 * hourMs, bytes: 120_000, readings: 1_200 });
  second.take(sample(minuteMs));
  second.take(sample(minuteMs + hourMs));
  t.same(second.ever(), { spanMs: 3 * hourMs, bytes: 180_000, readings: 1_800 });
  t.end();
});

t.test('a file system that counts nothing is not measured as zero', (t) => {
  const meter = new WriteMeter();
  for (const hours of [0, 1]) meter.take(sample(hours * hourMs, 0));
  t.equal(meter.over(hourMs), undefined);
  t.equal(meter.ever(), undefined);
  t.end();
});
