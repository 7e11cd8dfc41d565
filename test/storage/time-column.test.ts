import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import t from 'tap';
import { ByteReader } from '../../gateway/storage/byte-reader.ts';
import { ByteWriter } from '../../gateway/storage/byte-writer.ts';
import { readTimes, writeTimes } from '../../gateway/storage/time-column.ts';
import { startMs } from './scratch.ts';

function written(times: readonly number[]): Buffer {
  const writer = new ByteWriter();
  writeTimes(writer, times, startMs);
  return writer.take();
}

function roundTrip(times: readonly number[]): void {
  const reader = new ByteReader(written(times));
  deepStrictEqual([...readTimes(reader, times.length, startMs)], times);
  reader.end();
}

t.test('sorted times come back as they were, near a beat, in bursts or anywhere', (t) => {
  const anywhere = fc.array(fc.integer({ min: 0, max: 299_999 }), { minLength: 1, maxLength: 60 });
  const nearBeat = fc
    .tuple(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 0, max: 9_000 }))
    .chain(([stepMs, jitterMs]) =>
      fc
        .array(fc.integer({ min: -jitterMs, max: jitterMs }), { minLength: 1, maxLength: 60 })
        .map((offs) => offs.map((off, index) => Math.max(0, index * stepMs + off))),
    );
  const far = fc.array(fc.integer({ min: -1e9, max: 1e12 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(fc.oneof(anywhere, nearBeat, far), (offsets) => {
      roundTrip(offsets.map((offset) => startMs + offset).sort((left, right) => left - right));
    }),
    { numRuns: 500 },
  );
  t.pass('for all that were drawn');
  t.end();
});

t.test('regular times take a few bytes, those near a beat one each', (t) => {
  const beats = Array.from({ length: 30 }, (_, index) => startMs + 400 + index * 10_000);
  t.ok(written(beats).length <= 6);
  const jittered = beats.map((atMs, index) => atMs + ((index * 7_919) % 97) - 48);
  t.ok(written(jittered).length <= 30 + 8);
  const gaps = beats.map((atMs, index) => atMs + Math.floor(index / 7) * 1_234_567);
  t.ok(written(gaps).length <= 30 * 2 + 16);
  t.end();
});
