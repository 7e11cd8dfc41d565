import fc from 'fast-check';
import t from 'tap';
import { meterIsoMs, meterTimeMs } from '../../../gateway/io/sources/meter-time.ts';
import { meterLocalTime } from '../../../modbus-sim/services/meter-local-time.ts';

const nowMs = Date.parse('2026-12-01T00:00:00Z');
const paris = { zone: 'Europe/Paris', nowMs };

function utc(text: string, zone = 'Europe/Paris', now = nowMs): string | undefined {
  const atMs = meterTimeMs(text, { zone, nowMs: now });
  return atMs === undefined ? undefined : new Date(atMs).toISOString();
}

t.test('a marked time is what its mark says', (t) => {
  t.equal(utc('260114181502W'), '2026-01-14T17:15:02.000Z');
  t.equal(utc('260714181502S'), '2026-07-14T16:15:02.000Z');
  t.equal(utc('261025023000S'), '2026-10-25T00:30:00.000Z');
  t.equal(utc('261025023000W'), '2026-10-25T01:30:00.000Z');
  t.equal(utc('260714181502W'), '2026-07-14T17:15:02.000Z', 'a meter that was not set to summer');
  t.equal(utc('260114181502W', 'Europe/Helsinki'), '2026-01-14T16:15:02.000Z');
  t.equal(
    utc('260714181502S', 'UTC'),
    '2026-07-14T16:15:02.000Z',
    'of a zone without summer: Central Europe',
  );
  t.end();
});

t.test('an unmarked time of the hour that comes twice is the later one that has been', (t) => {
  t.equal(
    utc('261025023000', 'Europe/Paris', Date.parse('2026-10-25T00:31:00Z')),
    '2026-10-25T00:30:00.000Z',
  );
  t.equal(
    utc('261025023000', 'Europe/Paris', Date.parse('2026-10-25T01:31:00Z')),
    '2026-10-25T01:30:00.000Z',
  );
  t.equal(utc('261025023000'), '2026-10-25T01:30:00.000Z');
  t.equal(utc('261025023000', 'Europe/Paris', 0), '2026-10-25T00:30:00.000Z', 'before our clock is set');
  t.end();
});

t.test('an unmarked time of the hour that is left out is of a clock that was not set yet', (t) => {
  t.equal(utc('260329023000'), '2026-03-29T01:30:00.000Z');
  t.equal(utc('260329015959'), '2026-03-29T00:59:59.000Z');
  t.equal(utc('260329030000'), '2026-03-29T01:00:00.000Z');
  t.end();
});

t.test('what is no time is none', (t) => {
  for (const text of [
    '',
    '0',
    '261301000000',
    '260230000000',
    '260101240000',
    '260101006000',
    '260101000060',
  ])
    t.equal(utc(text), undefined, text);
  for (const text of ['260101000000X', '2601010000001', ' 260101000000', 'yymmddhhmmss'])
    t.equal(utc(text), undefined);
  t.equal(meterIsoMs('2026-01-14 18:15:02', paris), undefined);
  t.equal(meterIsoMs('2026-13-14T18:15:02Z', paris), undefined);
  t.end();
});

t.test('ISO 8601 is local, unless it says how far it is from UTC', (t) => {
  t.equal(meterIsoMs('2026-01-14T18:15:02', paris), Date.parse('2026-01-14T17:15:02Z'));
  t.equal(meterIsoMs('2026-01-14T18:15:02.250', paris), Date.parse('2026-01-14T17:15:02Z'));
  t.equal(meterIsoMs('2026-01-14T18:15:02Z', paris), Date.parse('2026-01-14T18:15:02Z'));
  t.equal(meterIsoMs('2026-01-14T18:15:02+03:00', paris), Date.parse('2026-01-14T15:15:02Z'));
  t.end();
});

t.test('what a clock shows is read back: with its mark always, without it when it is read at once', (t) => {
  const zones = ['Europe/Paris', 'Europe/Helsinki', 'Europe/Lisbon', 'Europe/London'];
  const second = fc.integer({ min: Date.UTC(2010) / 1000, max: Date.UTC(2037) / 1000 });
  fc.assert(
    fc.property(fc.constantFrom(...zones), second, (zone, atS) => {
      const atMs = atS * 1000;
      const { digits, iso, mark } = meterLocalTime(atMs, zone);
      t.equal(meterTimeMs(`${digits}${mark}`, { zone, nowMs }), atMs);
      t.equal(meterTimeMs(digits, { zone, nowMs: atMs }), atMs);
      t.equal(meterIsoMs(iso, { zone, nowMs: atMs }), atMs);
    }),
    { numRuns: 300 },
  );
  t.end();
});
