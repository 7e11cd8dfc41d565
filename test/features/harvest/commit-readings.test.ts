import t from 'tap';
import { limits } from '../../../gateway/core/limits.ts';
import { createLiveFeed } from '../../../gateway/core/live-feed.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { commitPending } from '../../../gateway/features/harvest/commit-readings.ts';
import { LatestReadings } from '../../../gateway/features/harvest/latest-readings.ts';
import { ReadingBuffer } from '../../../gateway/features/harvest/reading-buffer.ts';
import { callStore } from '../../../gateway/storage/call-store.ts';
import type { StoreCalls } from '../../../gateway/storage/store-calls.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';
import { internSeries, openScratch, startMs } from '../../storage/scratch.ts';

t.test('readings that no disk took are a gap with their count, once writing works again', async (t) => {
  const service = openScratch(t.testdir(), 'UTC');
  internSeries(service, 1);
  const buffer = new ReadingBuffer();
  const refused: (keyof StoreCalls)[] = ['appendReadings'];
  const store = {
    call: <Name extends keyof StoreCalls>(name: Name, ...parameters: Parameters<StoreCalls[Name]>) => {
      if (refused.includes(name)) return Promise.reject(new GatewayError('storage_failed', 'full'));
      return Promise.resolve(callStore<Name>(service, name, parameters));
    },
  };
  const ports = {
    store,
    gaps: store,
    buffer,
    latest: new LatestReadings(createLiveFeed()),
    clock: new SimulatedClock(startMs),
    bootId: 'boot',
    timeline: 'steady',
  };
  const read = (count: number, fromMs: number): void => {
    for (let index = 0; index < count; index += 1) {
      buffer.add({ series: 1, atMs: fromMs + index, value: index, quality: 'good' });
    }
  };
  read(5, startMs);
  await t.rejects(commitPending(ports), { code: 'storage_failed' });
  read(limits.pendingReadingsMax + 1, startMs + 1_000);
  t.equal(buffer.shed, limits.commitReadingsMax);
  refused.splice(0, 1, 'noteGap');
  await t.rejects(commitPending(ports), { code: 'storage_failed' });
  t.equal(service.databaseStatus().readings, 5, 'the batch that waited is stored first');
  refused.length = 0;
  const shedBefore = buffer.shedCount.next(startMs);
  await commitPending({ ...ports, buffer: emptied(buffer) });
  const gaps = service.listGaps({ beforeNumber: Infinity, rowsMax: 10 });
  t.match(gaps, [
    {
      reason: 'shed',
      readings: limits.commitReadingsMax,
      fromMs: startMs + 1_000,
      toMs: startMs + 1_000 + limits.commitReadingsMax - 1,
      detail: /of start boot, among the readings 6 to 1005/,
    },
  ]);
  t.not(buffer.shedCount.next(startMs), shedBefore, 'and is not noted again');
  t.equal(service.account().missing, 0, 'they had not been acknowledged');
  service.close();
});

t.test('a gap whose answer was lost is noted once, though nobody knows its times', async (t) => {
  const service = openScratch(t.testdir(), 'UTC');
  internSeries(service, 1);
  const buffer = new ReadingBuffer();
  const clock = new SimulatedClock(startMs);
  let isAnswerLost = true;
  const store = {
    call: <Name extends keyof StoreCalls>(name: Name, ...parameters: Parameters<StoreCalls[Name]>) => {
      const answer = callStore<Name>(service, name, parameters);
      if (name === 'noteGap' && isAnswerLost)
        return Promise.reject(new GatewayError('storage_failed', 'the worker ended'));
      return Promise.resolve(answer);
    },
  };
  const latest = new LatestReadings(createLiveFeed());
  const ports = { store, gaps: store, buffer, latest, clock, bootId: 'boot', timeline: 'machine' };
  buffer.shedCount.add([1, 2], 1, 'steady');
  const read = (): void => buffer.add({ series: 1, atMs: startMs, value: 1, quality: 'good' });
  read();
  await t.rejects(commitPending(ports), { code: 'storage_failed' });
  isAnswerLost = false;
  await clock.advance(1_000);
  read();
  await commitPending(ports);
  t.match(service.databaseStatus(), { gaps: 1, gapReadings: 2 });
  service.close();
});

/** The same buffer, whose first batch of the rest is all that is asked for: a hundred would take long. */
function emptied(buffer: ReadingBuffer): ReadingBuffer {
  let batches = 0;
  return Object.create(buffer, {
    next: { value: () => ((batches += 1) > 1 ? undefined : buffer.next()) },
    acknowledge: { value: (batch: Parameters<ReadingBuffer['acknowledge']>[0]) => buffer.acknowledge(batch) },
    shedCount: { value: buffer.shedCount },
  }) as ReadingBuffer;
}
