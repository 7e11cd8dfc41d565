import t from 'tap';
import { allowedStretches } from '../../../../gateway/faces/web/page/day-windows.ts';

const at = Date.parse;

function stretches(when: string, from: string, to: string, zone = 'Europe/Paris'): string[] | undefined {
  return allowedStretches(when, { fromMs: at(from), toMs: at(to) }, zone)?.map(
    ({ startMs, endMs }) => `${new Date(startMs).toISOString()} ${(endMs - startMs) / 3_600_000} h`,
  );
}

t.test('a job without a window may run at any time', (t) => {
  t.equal(stretches('carbon and not-red', '2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z'), undefined);
  t.end();
});

t.test('a window comes each day, cut where the picture begins and ends, and may go over midnight', (t) => {
  const span = ['2026-11-21T02:00:00Z', '2026-11-22T23:00:00Z'] as const;
  t.same(stretches('carbon and window:22:00-06:00', ...span), [
    '2026-11-21T02:00:00.000Z 3 h',
    '2026-11-21T21:00:00.000Z 8 h',
    '2026-11-22T21:00:00.000Z 2 h',
  ]);
  t.same(stretches('window:10:00-12:30', ...span), [
    '2026-11-21T09:00:00.000Z 2.5 h',
    '2026-11-22T09:00:00.000Z 2.5 h',
  ]);
  t.same(stretches('window:00:00-24:00', '2026-11-21T02:00:00Z', '2026-11-21T20:00:00Z'), [
    '2026-11-21T02:00:00.000Z 18 h',
  ]);
  t.end();
});

t.test('of two windows what is in both is left', (t) => {
  const span = ['2026-11-21T12:00:00Z', '2026-11-22T12:00:00Z'] as const;
  t.same(stretches('window:22:00-06:00 and window:04:00-09:00', ...span), ['2026-11-22T03:00:00.000Z 2 h']);
  t.same(stretches('window:22:00-02:00 and window:04:00-09:00', ...span), []);
  t.end();
});

t.test('nights in which the clock is set are an hour shorter and longer', (t) => {
  t.same(stretches('window:22:00-06:00', '2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z'), [
    '2026-03-28T21:00:00.000Z 7 h',
  ]);
  t.same(stretches('window:22:00-06:00', '2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z'), [
    '2026-10-24T20:00:00.000Z 9 h',
  ]);
  t.same(
    stretches('window:02:30-04:00', '2026-03-28T22:00:00Z', '2026-03-29T12:00:00Z'),
    ['2026-03-29T01:30:00.000Z 0.5 h'],
    'from a time that is skipped',
  );
  t.same(
    stretches('window:02:30-04:00', '2026-10-24T22:00:00Z', '2026-10-25T12:00:00Z'),
    ['2026-10-25T00:30:00.000Z 2.5 h'],
    'from the first of a time that comes twice',
  );
  t.end();
});
