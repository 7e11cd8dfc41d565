import fc from 'fast-check';
import t from 'tap';
import { writtenTime } from '../../../gateway/io/imports/written-time.ts';

const zone = 'Europe/Amsterdam';
const at = (text: string): number => Date.parse(text);

t.test('times in UTC, with a distance from it, and with neither', (t) => {
  const table: readonly (readonly [string | number, string, boolean?, ('twice' | 'never')?])[] = [
    ['2024-03-05T12:00:00Z', '2024-03-05T12:00:00Z'],
    ['2024-03-05T12:00:00z', '2024-03-05T12:00:00Z'],
    ['2024-03-05T12:00:00+01:00', '2024-03-05T11:00:00Z'],
    ['2024-03-05T12:00:00-0330', '2024-03-05T15:30:00Z'],
    ['2024-03-05T12:00:00+01', '2024-03-05T11:00:00Z'],
    ['2024-03-05 12:00:00.123456+00:00', '2024-03-05T12:00:00.123Z'],
    ['2024-03-05 12:00:00 UTC', '2024-03-05T12:00:00Z'],
    ['2024-03-05 12:00:00', '2024-03-05T11:00:00Z', true],
    ['2024-07-05T12:00:00', '2024-07-05T10:00:00Z', true],
    // The hour that spring leaves out, and the first of the two that autumn has.
    ['2024-03-31T02:30:00', '2024-03-31T01:30:00Z', true, 'never'],
    ['2024-10-27T02:30:00', '2024-10-27T00:30:00Z', true, 'twice'],
    [1709640000, '2024-03-05T12:00:00Z'],
    ['1709640000.5', '2024-03-05T12:00:00.500Z'],
  ];
  for (const [cell, wanted, isLocal = false, shown] of table) {
    const time = { atMs: at(wanted), isLocal, ...(shown !== undefined && { shown }) };
    t.same(writtenTime(cell, { zone, afterMs: -Infinity }), time, String(cell));
  }
  t.end();
});

t.test('in the hour that comes twice, time goes on', (t) => {
  const afterMs = at('2024-10-27T00:45:00Z');
  t.equal(writtenTime('2024-10-27T02:30:00', { zone, afterMs })?.atMs, at('2024-10-27T01:30:00Z'));
  t.end();
});

t.test('what is no time is none', (t) => {
  const table = [
    null,
    '',
    'timestamp',
    '2024-02-30T12:00:00Z',
    '2024-03-05T25:00:00Z',
    '2024-03-05T12:00',
    '2024-03-05T12:00:0',
    '05/03/2024 12:00:00',
    '21.5',
    230105120000,
    'NaN',
  ];
  for (const cell of table) t.equal(writtenTime(cell, { zone, afterMs: -Infinity }), undefined, String(cell));
  t.end();
});

t.test('whatever is written is read back, or refused', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2100-01-01T00:00:00Z') }), (ms) => {
      const atMs = Math.floor(ms / 1000) * 1000;
      const text = new Date(atMs).toISOString().replace('.000Z', 'Z');
      return writtenTime(text, { zone, afterMs: -Infinity })?.atMs === atMs;
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      const time = writtenTime(text, { zone, afterMs: -Infinity });
      return time === undefined || Number.isFinite(time.atMs);
    }),
  );
  t.end();
});
