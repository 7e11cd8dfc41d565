import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import {
  clockText,
  derogationWindow,
  touchedDays,
  type AskedDerogation,
} from '../../../gateway/features/members/derogation-window.ts';
import { at } from './members-scene.ts';

type Row = readonly [now: string, asked: AskedDerogation, came: string];

/** By the clocks of France: when it is asked, what, and from when to when it is meant, or why it is refused. */
const rows: readonly Row[] = [
  // Today begins now, and lasts twelve hours.
  ['2025-01-10 09:17', { day: 'today' }, '2025-01-10 09:17 to 2025-01-10 21:17'],
  ['2025-01-10 20:00', { day: 'today' }, '2025-01-10 20:00 to 2025-01-11 08:00'],
  ['2025-01-10 02:00', { day: 'today' }, '2025-01-10 02:00 to 2025-01-10 14:00'],
  ['2025-01-10 09:17', { day: 'TODAY', hourStart: '14' }, '2025-01-10 14:00 to 2025-01-11 02:00'],
  [
    '2025-01-10 09:17',
    { day: 'today', hourStart: '14h', hourEnd: '18' },
    '2025-01-10 14:00 to 2025-01-10 18:00',
  ],
  [
    '2025-01-10 09:17',
    { day: 'today', hourStart: '14:30', hourEnd: '24' },
    '2025-01-10 14:30 to 2025-01-11 00:00',
  ],
  ['2025-01-10 09:17', { day: 'today', hourEnd: '12h30' }, '2025-01-10 09:17 to 2025-01-10 12:30'],
  ['2025-01-10 14:00', { day: 'today', hourStart: '14' }, '2025-01-10 14:00 to 2025-01-11 02:00'],
  ['2025-01-10 14:01', { day: 'today', hourStart: '14' }, 'in-the-past'],
  ['2025-01-10 14:00', { day: 'today', hourEnd: '14' }, 'in-the-past'],
  ['2025-01-10 14:00', { day: 'today', hourEnd: '9' }, 'in-the-past'],
  ['2025-01-10 14:00', { day: 'today', hourStart: '18', hourEnd: '18' }, 'end-before-start'],
  ['2025-01-10 14:00', { day: 'today', hourStart: '18', hourEnd: '16' }, 'end-before-start'],
  ['2025-01-10 14:00', { day: 'today', hourStart: '24', hourEnd: '24' }, 'end-before-start'],
  // Tomorrow and dates begin at 06:00.
  ['2025-01-10 09:17', { day: 'tomorrow' }, '2025-01-11 06:00 to 2025-01-11 18:00'],
  ['2025-01-10 23:59', { day: 'tomorrow' }, '2025-01-11 06:00 to 2025-01-11 18:00'],
  ['2025-01-11 00:01', { day: 'tomorrow' }, '2025-01-12 06:00 to 2025-01-12 18:00'],
  ['2024-12-31 12:00', { day: 'tomorrow' }, '2025-01-01 06:00 to 2025-01-01 18:00'],
  ['2025-01-10 09:17', { day: 'tomorrow', hourEnd: '6' }, 'end-before-start'],
  [
    '2025-01-10 09:17',
    { day: 'tomorrow', hourStart: '0', hourEnd: '24' },
    '2025-01-11 00:00 to 2025-01-12 00:00',
  ],
  ['2025-01-10 09:17', { day: '2025-01-14' }, '2025-01-14 06:00 to 2025-01-14 18:00'],
  ['2024-02-20 09:00', { day: '2024-02-29' }, '2024-02-29 06:00 to 2024-02-29 18:00'],
  ['2025-01-10 05:00', { day: '2025-01-10' }, '2025-01-10 05:00 to 2025-01-10 17:00'],
  ['2025-01-10 09:17', { day: '2025-01-09' }, 'in-the-past'],
  ['2025-01-10 09:17', { day: '2027-01-09' }, 'too-far-ahead'],
  // The clocks are set: half a day stays twelve hours.
  ['2025-03-29 20:00', { day: 'today' }, '2025-03-29 20:00 to 2025-03-30 09:00'],
  ['2025-10-25 20:00', { day: 'today' }, '2025-10-25 20:00 to 2025-10-26 07:00'],
  ['2025-03-29 20:00', { day: 'tomorrow', hourStart: '2:30' }, 'hour-not-there'],
  ['2025-03-29 20:00', { day: 'tomorrow', hourStart: '3' }, '2025-03-30 03:00 to 2025-03-30 15:00'],
  [
    '2025-10-25 20:00',
    { day: 'tomorrow', hourStart: '2:30', hourEnd: '6' },
    '2025-10-26 02:30 to 2025-10-26 06:00',
  ],
  // What is no day and no hour.
  ...[
    '',
    'demain',
    '2025-1-5',
    '2025-02-30',
    '10/01/2025',
    '2025-02-29',
    '1999-12-31',
    '2025-01-14T06:00',
  ].map((day): Row => ['2025-01-10 09:17', { day }, 'date-unreadable']),
  ...['25', '24:01', '14:75', '-1', 'abc', '', '14:5', '1430', '14:', '14.5', '٣'].flatMap((hour): Row[] => [
    ['2025-01-10 09:17', { day: 'tomorrow', hourStart: hour }, 'hour-unreadable'],
    ['2025-01-10 09:17', { day: 'tomorrow', hourEnd: hour }, 'hour-unreadable'],
  ]),
];

await t.test('a derogation is meant from when to when, by what was asked and when', (t) => {
  for (const [now, asked, came] of rows)
    t.equal(cameTo(asked, at(now)), came, `${now} ${JSON.stringify(asked)}`);
  t.end();
});

await t.test('twelve hours are twelve hours, also in nights in which the clocks are set', (t) => {
  for (const now of ['2025-03-29 20:00', '2025-10-25 20:00', '2025-01-10 20:00']) {
    const { startMs, endMs } = derogationWindow({ day: 'today' }, at(now));
    t.equal(endMs - startMs, 12 * 3_600_000);
  }
  t.end();
});

await t.test('whoever asks at 14:00:20 for 14:00 means now', (t) => {
  const nowMs = at('2025-01-10 14:00') + 20_000;
  t.equal(derogationWindow({ day: 'today', hourStart: '14' }, nowMs).startMs, nowMs);
  t.end();
});

await t.test('it touches tariff days, which begin at 06:00', (t) => {
  const days = (from: string, to: string) => touchedDays({ startMs: at(from), endMs: at(to) });
  t.strictSame(days('2025-01-10 06:00', '2025-01-10 18:00'), ['2025-01-10']);
  t.strictSame(days('2025-01-10 05:59', '2025-01-10 06:00'), ['2025-01-09']);
  t.strictSame(days('2025-01-10 05:59', '2025-01-11 06:01'), ['2025-01-09', '2025-01-10', '2025-01-11']);
  t.end();
});

function cameTo(asked: AskedDerogation, nowMs: number): string {
  try {
    const { startMs, endMs } = derogationWindow(asked, nowMs);
    return `${clockText(startMs)} to ${clockText(endMs)}`;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return String(error.facts['reason']);
  }
}
