import t from 'tap';
import type { LiveValue } from '../../../gateway/core/live-feed.ts';
import { tempoDayInterval } from '../../../gateway/core/tempo-day.ts';
import { TempoColours } from '../../../gateway/features/grid/tempo-colours.ts';
import { redSlots } from '../../../gateway/features/grid/red-slots.ts';
import type { StorePort } from '../../../gateway/features/store-port.ts';
import { ManualTime } from '../../faces/manual-time.ts';

const hourMs = 3_600_000;
const atMs = Date.parse('2026-01-12T11:30+01:00');

function colours(rows: readonly { readonly startMs: number; readonly last: number }[] = []): {
  readonly book: TempoColours;
  readonly live: LiveValue[];
} {
  const live: LiveValue[] = [];
  const answers: Readonly<Record<string, unknown>> = {
    listSeries: [
      { id: 3, device: 'other', quantity: 'tempo_today_colour' },
      { id: 7, device: 'tempo', quantity: 'tempo_today_colour' },
    ],
  };
  const store = {
    call: async (name: string, query?: { series: number; fromMs: number }) =>
      await Promise.resolve(
        name === 'rollupRange'
          ? { rows: query?.series === 7 ? rows.filter(({ startMs }) => startMs >= query.fromMs) : [] }
          : answers[name],
      ),
  } as StorePort<'listSeries' | 'rollupRange'>;
  const clock = new ManualTime();
  return { book: new TempoColours('tempo', { clock, store, latest: () => live }), live };
}

function said(
  quantity: string,
  value: number | null,
  at = atMs,
  quality: LiveValue['quality'] = 'good',
): LiveValue {
  return { device: 'tempo', quantity, atMs: at, value, quality, stored: true };
}

t.test('today and tomorrow are days by when they were said, from 06:00 to 06:00', (t) => {
  const { book, live } = colours();
  live.push(said('tempo_today_colour', 3), said('tempo_tomorrow_colour', 2));
  t.equal(book.refresh(), true);
  t.equal(book.refresh(), false, 'that is no news');
  t.same(book.coloursOf('2026-01-12'), ['red']);
  t.same(book.coloursOf('2026-01-13'), ['white']);
  t.same(book.coloursOf('2026-01-14'), ['blue', 'white', 'red']);
  t.same(book.coloursOf('2026-01-18'), ['blue'], 'a Sunday');
  live.splice(0, 2, said('tempo_today_colour', 1, Date.parse('2026-01-12T05:59+01:00')));
  book.refresh();
  t.same(book.coloursOf('2026-01-11'), ['blue'], 'before six it is the day before');
  t.end();
});

t.test('what is doubtful, unknown or of another device is not learned', (t) => {
  const { book, live } = colours();
  live.push(
    said('tempo_today_colour', 3, atMs, 'suspect'),
    said('tempo_tomorrow_colour', null, atMs, 'missing'),
    { ...said('tempo_today_colour', 3), device: 'other' },
    said('tempo_red_left_days', 3),
  );
  t.equal(book.refresh(), false);
  t.equal(book.coloursOf('2026-01-12').length, 3);
  t.end();
});

t.test('the days before are read from what was stored', async (t) => {
  const day = tempoDayInterval('2026-01-09');
  const { book } = colours([
    { startMs: day.startMs, last: 3 },
    { startMs: day.endMs - hourMs, last: 3 },
    { startMs: day.endMs, last: 1 },
  ]);
  await book.restore();
  t.same(book.coloursOf('2026-01-09'), ['red']);
  t.same(book.coloursOf('2026-01-10'), ['blue']);
});

t.test('red days are red from six to six, and days that may be red are not known', (t) => {
  const { book, live } = colours();
  live.push(said('tempo_today_colour', 3), said('tempo_tomorrow_colour', 2));
  book.refresh();
  const range = { startMs: atMs, endMs: Date.parse('2026-01-19T12:00+01:00') };
  const slots = redSlots(range, (day) => book.coloursOf(day));
  t.match(slots, [
    { startMs: atMs, endMs: Date.parse('2026-01-13T06:00+01:00'), value: 1 },
    { endMs: Date.parse('2026-01-14T06:00+01:00'), value: 0 },
    { startMs: Date.parse('2026-01-17T06:00+01:00'), value: 0 },
    { startMs: Date.parse('2026-01-18T06:00+01:00'), endMs: Date.parse('2026-01-19T06:00+01:00'), value: 0 },
  ]);
  t.equal(slots.length, 4, 'week-ends cannot be red');
  t.end();
});
