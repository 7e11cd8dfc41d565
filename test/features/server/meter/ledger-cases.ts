import type { Row } from './ledger-rows.ts';

/** Readings in the order in which they come, and what the bands get: a line a day, band and kind, mWh. */
export interface LedgerCase {
  readonly title: string;
  readonly startDate?: string;
  readonly rows: readonly Row[];
  readonly lines: readonly string[];
  readonly restarts?: number;
  readonly firstDay?: string;
}

export const quiet: readonly Row[] = [
  ['2025-01-10 12:00:00', 100],
  ['2025-01-10 12:01:00', 100.002],
];

export const cases: readonly LedgerCase[] = [
  {
    title: 'a first reading without a start date is what everything counts from',
    rows: [['2025-01-10 12:00:00', 412.957]],
    lines: [],
    firstDay: '2025-01-10',
  },
  {
    title:
      'a first reading is spread over the days before, a third off-peak, and the rest goes to the earliest',
    startDate: '2025-01-07',
    rows: [['2025-01-10 12:00:00', 0.00001]],
    lines: [
      '2025-01-07 peak estimated 3',
      '2025-01-07 off-peak estimated 1',
      '2025-01-08 peak estimated 2',
      '2025-01-08 off-peak estimated 1',
      '2025-01-09 peak estimated 2',
      '2025-01-09 off-peak estimated 1',
    ],
    firstDay: '2025-01-07',
  },
  {
    title: 'a first reading in the night is of the tariff day before: that one stays open',
    startDate: '2025-01-09',
    rows: [['2025-01-10 05:59:59.999', 3]],
    lines: [],
    firstDay: '2025-01-09',
  },
  {
    title: 'a first reading of nothing makes days of nothing',
    startDate: '2025-01-09',
    rows: [['2025-01-10 12:00:00', 0]],
    lines: ['2025-01-09 peak estimated 0', '2025-01-09 off-peak estimated 0'],
  },
  {
    title: 'a start date of today or later spreads nothing',
    startDate: '2025-01-10',
    rows: quiet,
    lines: ['2025-01-10 peak measured 2000'],
    firstDay: '2025-01-10',
  },
  {
    title: 'a start date in the future spreads nothing either',
    startDate: '2026-01-01',
    rows: quiet,
    lines: ['2025-01-10 peak measured 2000'],
    firstDay: '2025-01-10',
  },
  {
    title: 'what was seen changes nothing when it comes again, nor does what is older',
    rows: [...quiet, ...quiet, ['2025-01-10 11:00:00', 200]],
    lines: ['2025-01-10 peak measured 2000'],
  },
  {
    title: 'a short step over 22:00 is cut there by time',
    rows: [
      ['2025-01-10 21:59:40', 10],
      ['2025-01-10 22:00:20', 10.000_003],
    ],
    lines: ['2025-01-10 peak measured 2', '2025-01-10 off-peak measured 1'],
  },
  {
    title: 'a reading at 06:00:00.000 and one at 22:00:00.000 end a band',
    rows: [
      ['2025-01-10 05:59:00', 10],
      ['2025-01-10 06:00:00.000', 10.001],
      ['2025-01-10 06:01:00', 10.003],
      ['2025-01-10 06:06:00', 10.01],
    ],
    lines: ['2025-01-09 off-peak measured 1000', '2025-01-10 peak measured 9000'],
  },
  {
    title: 'and so it is at 22:00:00.000',
    rows: [
      ['2025-01-10 21:59:00', 10],
      ['2025-01-10 22:00:00.000', 10.001],
      ['2025-01-10 22:00:00.001', 10.002],
    ],
    lines: ['2025-01-10 peak measured 1000', '2025-01-10 off-peak measured 1000'],
  },
  {
    title: 'hours without a reading within one band are measured',
    rows: [
      ['2025-01-10 06:00:00', 10],
      ['2025-01-10 22:00:00', 11],
    ],
    lines: ['2025-01-10 peak measured 1000000'],
  },
  {
    title: 'hours without a reading over the end of a band are estimated by time',
    rows: [
      ['2025-01-10 21:00:00', 10],
      ['2025-01-11 07:00:00', 11],
    ],
    lines: [
      '2025-01-10 peak estimated 100000',
      '2025-01-10 off-peak estimated 800000',
      '2025-01-11 peak estimated 100000',
    ],
  },
  {
    title: 'almost two days without a whole one in between are estimated by time',
    rows: [
      ['2025-01-10 06:00:01', 10],
      ['2025-01-12 05:59:59', 11],
    ],
    lines: [
      '2025-01-10 peak estimated 333331',
      '2025-01-10 off-peak estimated 166669',
      '2025-01-11 peak estimated 333337',
      '2025-01-11 off-peak estimated 166663',
    ],
  },
  {
    title: 'five minutes over the end of a band are measured, a millisecond more is estimated',
    rows: [
      ['2025-01-10 21:57:30', 10],
      ['2025-01-10 22:02:30', 10.000_002],
      ['2025-01-11 05:57:30', 10.000_002],
      ['2025-01-11 06:02:30.001', 10.000_004],
    ],
    lines: [
      '2025-01-10 peak measured 1',
      '2025-01-10 off-peak measured 1',
      '2025-01-10 off-peak estimated 1',
      '2025-01-11 peak estimated 1',
    ],
  },
  {
    title: 'we were down for days: what the meter grew by is spread over the whole ones',
    rows: [
      ['2025-01-10 12:00:00', 100],
      ['2025-01-10 12:01:00', 100.002],
      ['2025-01-14 12:00:00', 107.002_004],
      ['2025-01-14 12:01:00', 107.002_005],
    ],
    lines: [
      '2025-01-10 peak measured 2000',
      '2025-01-11 peak estimated 1555557',
      '2025-01-11 off-peak estimated 777778',
      '2025-01-12 peak estimated 1555557',
      '2025-01-12 off-peak estimated 777778',
      '2025-01-13 peak estimated 1555556',
      '2025-01-13 off-peak estimated 777778',
      '2025-01-14 peak measured 1',
    ],
  },
  {
    title: 'one whole day that is missing gets it all, also when it is missing to the millisecond',
    rows: [
      ['2025-01-10 06:00:00.000', 100],
      ['2025-01-11 06:00:00.000', 100.000_003],
    ],
    lines: ['2025-01-10 peak estimated 2', '2025-01-10 off-peak estimated 1'],
  },
  {
    title: 'nothing was counted while we were down: that is known, and not down',
    rows: [
      ['2025-01-10 12:00:00', 100],
      ['2025-01-12 12:00:00', 100],
    ],
    lines: [
      '2025-01-10 peak measured 0',
      '2025-01-10 off-peak measured 0',
      '2025-01-11 peak measured 0',
      '2025-01-11 off-peak measured 0',
      '2025-01-12 peak measured 0',
    ],
  },
  {
    title: 'a new plug after days: they are down, and it counts from what it says',
    rows: [
      ...quiet,
      ['2025-01-13 12:00:00', 0.5],
      ['2025-01-13 12:01:00', 0.501],
      ['2025-01-13 12:02:00', 0.503],
      ['2025-01-13 12:03:00', 0.504],
    ],
    lines: [
      '2025-01-10 peak measured 2000',
      '2025-01-11 peak down',
      '2025-01-11 off-peak down',
      '2025-01-12 peak down',
      '2025-01-12 off-peak down',
      '2025-01-13 peak measured 4000',
    ],
    restarts: 1,
  },
  {
    title: 'a new plug within a day: nothing is made up, and nothing is down',
    rows: [...quiet, ['2025-01-10 15:00:00', 0], ['2025-01-10 15:01:00', 0], ['2025-01-10 15:02:00', 0.001]],
    lines: ['2025-01-10 peak measured 3000'],
    restarts: 1,
  },
  {
    title: 'a plug that says nothing for a moment and is back has counted on',
    rows: [
      ...quiet,
      ['2025-01-10 12:01:10', 0],
      ['2025-01-10 12:01:20', 0],
      ['2025-01-10 12:01:30', 100.003],
    ],
    lines: ['2025-01-10 peak measured 3000'],
    restarts: 0,
  },
  {
    title: 'a plug that has forgotten its last hour counts from what it remembers',
    rows: [
      ...quiet,
      ['2025-01-10 13:00:00', 101],
      ['2025-01-10 13:01:00', 100.4],
      ['2025-01-10 13:01:10', 100.4],
      ['2025-01-10 13:01:20', 100.401],
      ['2025-01-10 13:01:30', 100.402],
    ],
    lines: ['2025-01-10 peak measured 1002000'],
    restarts: 1,
  },
  {
    title: 'more than a home can draw is not believed when the next reading goes on before it',
    rows: [...quiet, ['2025-01-10 12:02:00', 5000], ['2025-01-10 12:03:00', 100.004]],
    lines: ['2025-01-10 peak measured 4000'],
    restarts: 0,
  },
  {
    title: 'when three agree on it, it is another plug that had counted more: nothing is made up',
    rows: [
      ...quiet,
      ['2025-01-10 12:02:00', 5000],
      ['2025-01-10 12:03:00', 5000.001],
      ['2025-01-10 12:04:00', 5000.002],
    ],
    lines: ['2025-01-10 peak measured 4000'],
    restarts: 1,
  },
  {
    title: 'nonsense that does not agree with itself never counts',
    rows: [
      ...quiet,
      ['2025-01-10 12:02:00', 5000],
      ['2025-01-10 12:03:00', 20],
      ['2025-01-10 12:04:00', 9000],
      ['2025-01-10 12:05:00', 30],
      ['2025-01-10 12:06:00', 100.006],
    ],
    lines: ['2025-01-10 peak measured 6000'],
    restarts: 0,
  },
  {
    title: 'a day of 23 hours and one of 25 get the same, and their nights a third',
    rows: [
      ['2025-03-28T12:00:00+01:00', 10],
      ['2025-03-31T12:00:00+02:00', 10.000_012],
      ['2025-10-24T12:00:00+02:00', 10.000_012],
    ],
    lines: [
      '2025-03-29 peak estimated 4',
      '2025-03-29 off-peak estimated 2',
      '2025-03-30 peak estimated 4',
      '2025-03-30 off-peak estimated 2',
      ...daysBetween('2025-03-31', '2025-10-24').flatMap((day) => [
        `${day} peak measured 0`,
        ...(day === '2025-10-24' ? [] : [`${day} off-peak measured 0`]),
      ]),
    ],
  },
  {
    title: 'a night of seven hours is cut by its own time',
    rows: [
      ['2025-03-29T21:00:00+01:00', 10],
      ['2025-03-30T07:00:00+02:00', 10.000_009],
    ],
    lines: ['2025-03-29 peak estimated 1', '2025-03-29 off-peak estimated 7', '2025-03-30 peak estimated 1'],
  },
  {
    title: 'and one of nine hours, too',
    rows: [
      ['2025-10-25T21:00:00+02:00', 10],
      ['2025-10-26T07:00:00+01:00', 10.000_011],
    ],
    lines: ['2025-10-25 peak estimated 1', '2025-10-25 off-peak estimated 9', '2025-10-26 peak estimated 1'],
  },
  {
    title: 'the hour that comes twice is of one night',
    rows: [
      ['2025-10-26T00:30:00Z', 10],
      ['2025-10-26T00:34:00Z', 10.001],
      ['2025-10-26T01:30:00Z', 10.002],
    ],
    lines: ['2025-10-25 off-peak measured 2000'],
  },
  {
    title: 'a reading of a clock that is centuries ahead is not taken',
    rows: [...quiet, ['2525-01-10 12:01:00', 100.003], ['2025-01-10 12:02:00', 100.004]],
    lines: ['2025-01-10 peak measured 4000'],
  },
];

function daysBetween(first: string, last: string): readonly string[] {
  const days: string[] = [];
  for (let atMs = Date.parse(first); atMs <= Date.parse(last); atMs += 86_400_000)
    days.push(new Date(atMs).toISOString().slice(0, 10));
  return days;
}
