import t from 'tap';
import { limits } from '../../../gateway/core/limits.ts';
import { ReadingBuffer } from '../../../gateway/features/harvest/reading-buffer.ts';

function acknowledge(buffer: ReadingBuffer): void {
  const batch = buffer.next();
  if (batch !== undefined) buffer.acknowledge(batch);
}

t.test('a batch holds what was added, in order, with NaN kept', async (t) => {
  const buffer = new ReadingBuffer();
  buffer.add({ series: 3, atMs: 1_000, value: 230.5, quality: 'good' });
  buffer.add({ series: 1, atMs: 1_000, value: NaN, quality: 'missing' });
  const batch = buffer.next();
  t.equal(batch?.sequence, 1);
  t.same([...(batch?.readings.series ?? [])], [3, 1]);
  t.same([...(batch?.readings.atMs ?? [])], [1_000, 1_000]);
  t.ok(Object.is(batch?.readings.value[1], NaN));
  t.same([...(batch?.readings.quality ?? [])], [0, 3]);
});

t.test('the same batch comes until it is acknowledged, and later readings wait for the next', async (t) => {
  const buffer = new ReadingBuffer();
  buffer.add({ series: 1, atMs: 1, value: 1, quality: 'good' });
  const first = buffer.next();
  buffer.add({ series: 2, atMs: 2, value: 2, quality: 'good' });
  t.equal(buffer.next(), first);
  t.equal(buffer.size, 2);
  acknowledge(buffer);
  t.same([...(buffer.next()?.readings.series ?? [])], [2]);
  t.equal(buffer.next()?.sequence, 2);
  acknowledge(buffer);
  t.equal(buffer.next(), undefined);
  t.equal(buffer.size, 0);
});

t.test('a batch never holds more than one commit may', async (t) => {
  const buffer = new ReadingBuffer();
  for (let index = 0; index < limits.commitReadingsMax + 1; index += 1)
    buffer.add({ series: index, atMs: index, value: index, quality: 'good' });
  t.equal(buffer.next()?.readings.series.length, limits.commitReadingsMax);
  acknowledge(buffer);
  t.equal(buffer.next()?.readings.series.length, 1);
});

t.test('when the database takes nothing for long the oldest give way, and are counted', async (t) => {
  const buffer = new ReadingBuffer();
  const total = limits.pendingReadingsMax + 5;
  for (let index = 0; index < total; index += 1)
    buffer.add({ series: 1, atMs: index, value: index, quality: 'good' });
  t.equal(buffer.size + buffer.shed, total);
  t.ok(buffer.shed > 0);
  t.equal(buffer.next()?.readings.atMs[0], buffer.shed, 'the newest are kept');
});

t.test('a batch that is acknowledged twice does not take the next one with it', async (t) => {
  const buffer = new ReadingBuffer();
  for (let index = 0; index <= limits.commitReadingsMax; index += 1)
    buffer.add({ series: 1, atMs: index, value: index, quality: 'good' });
  const first = buffer.next();
  t.equal(first?.toAdded, limits.commitReadingsMax);
  if (first === undefined) return;
  buffer.acknowledge(first);
  const second = buffer.next();
  buffer.acknowledge(first);
  t.equal(buffer.next(), second);
  t.equal(second?.toAdded, buffer.added);
  t.equal(buffer.size, 1);
});

t.test('a batch holds times of one kind, and those that wait for their times are counted', async (t) => {
  const buffer = new ReadingBuffer();
  const bases = ['wall', 'wall', 'steady', 'steady', 'steady', 'wall'] as const;
  for (const [index, basis] of bases.entries())
    buffer.add({ series: 1, atMs: index, value: index, quality: 'good' }, basis);
  const seen = [];
  for (let batch = buffer.next(); batch !== undefined; batch = buffer.next()) {
    seen.push([batch.basis, ...batch.readings.atMs, buffer.steadyWaiting]);
    buffer.acknowledge(batch);
  }
  t.same(seen, [
    ['wall', 0, 1, 3],
    ['steady', 2, 3, 4, 3],
    ['wall', 5, 0],
  ]);
  t.equal(buffer.steadyAdded, 3);
});
