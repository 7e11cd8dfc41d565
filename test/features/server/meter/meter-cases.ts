import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { MeterScene, minuteMs, type Kill } from './meter-scene.ts';
import { atOf, type Row } from './ledger-rows.ts';

/** Readings each minute from a time on, so many of them, growing by a Wh each. */
function minutes(at: string, count: number, kwh: number): readonly Row[] {
  return Array.from({ length: count }, (_, index) => [
    new Date(atOf(at) + index * minuteMs).toISOString(),
    Math.round(kwh * 1e6 + index * 1_000) / 1e6,
  ]);
}

/** What happened before: nothing, or an account that runs for two days. */
const befores = {
  empty: undefined,
  running: {
    rows: [...minutes('2025-01-08 12:00:00', 3, 90), ...minutes('2025-01-09 12:00:00', 3, 90.012)],
    lines: [
      '2025-01-07 peak estimated 60000000',
      '2025-01-07 off-peak estimated 30000000',
      '2025-01-08 peak measured 2000',
      '2025-01-08 peak estimated 4159',
      '2025-01-08 off-peak estimated 3338',
      '2025-01-09 peak estimated 2503',
      '2025-01-09 peak measured 2000',
    ],
  },
} as const;

interface Case {
  readonly title: string;
  readonly startDate?: string;
  readonly run: (scene: MeterScene) => Promise<void>;
  /** From 10 January on, or from the day that the case says. */
  readonly lines: readonly string[];
  /** From an account that ended on 9 January at 12:02 and 90.014 kWh; the same unless said. */
  readonly running?: readonly string[];
  readonly fromDay?: string;
}

const tenth = '2025-01-10 peak measured 2000';

const cases: readonly Case[] = [
  {
    title: 'the first start creates the days from the start date on, and today stays open',
    startDate: '2025-01-09',
    run: async (scene) => {
      scene.say([['2025-01-10 12:00:00', 90.014_003]]);
      await scene.runAt('2025-01-10 12:00:12');
      scene.restart();
      await scene.runAt('2025-01-10 12:00:30');
    },
    fromDay: '2025-01-09',
    lines: ['2025-01-09 peak estimated 60009336', '2025-01-09 off-peak estimated 30004667'],
    // Less than a day after the last reading it belongs to the bands that it fell in.
    running: [
      '2025-01-09 peak estimated 2504',
      '2025-01-09 peak measured 2000',
      '2025-01-09 off-peak estimated 1',
      '2025-01-10 peak estimated 1',
    ],
  },
  {
    title: 'the plug could not be read for days, and is again',
    run: async (scene) => {
      scene.say(minutes('2025-01-10 12:00:00', 3, 90.014));
      await scene.runAt('2025-01-10 12:02:12');
      for (const day of [11, 12, 13]) await scene.runAt(`2025-01-${day} 12:00:12`);
      scene.say(minutes('2025-01-13 18:00:00', 3, 90.016_006));
      await scene.runAt('2025-01-13 18:02:12');
      await scene.runAt('2025-01-13 18:20:12');
    },
    lines: [
      tenth,
      '2025-01-11 peak estimated 2',
      '2025-01-11 off-peak estimated 1',
      '2025-01-12 peak estimated 2',
      '2025-01-12 off-peak estimated 1',
      '2025-01-13 peak measured 2000',
    ],
  },
  {
    title: 'we were down for days, and the plug went on',
    run: async (scene) => {
      scene.say(minutes('2025-01-10 12:00:00', 3, 90.014));
      await scene.runAt('2025-01-10 12:02:12');
      scene.restart();
      scene.say(minutes('2025-01-12 05:00:00', 3, 90.016_041));
      await scene.runAt('2025-01-12 05:02:12');
      scene.restart();
      await scene.runAt('2025-01-12 05:02:20');
      await scene.runAt('2025-01-12 06:20:12');
    },
    lines: [
      tenth,
      '2025-01-10 peak estimated 10',
      '2025-01-10 off-peak estimated 8',
      '2025-01-11 peak estimated 16',
      '2025-01-11 off-peak estimated 7',
      '2025-01-11 off-peak measured 2000',
    ],
  },
  {
    title: 'a new plug after days',
    run: async (scene) => {
      scene.say(minutes('2025-01-10 12:00:00', 3, 90.014));
      await scene.runAt('2025-01-10 12:02:12');
      scene.restart();
      scene.say(minutes('2025-01-12 12:00:00', 4, 0.5));
      await scene.runAt('2025-01-12 12:00:12');
      await scene.runAt('2025-01-12 12:03:12');
      await scene.runAt('2025-01-12 12:20:12');
    },
    lines: [tenth, '2025-01-11 peak down', '2025-01-11 off-peak down', '2025-01-12 peak measured 3000'],
  },
  {
    title: 'nothing was counted for a day',
    run: async (scene) => {
      scene.say(minutes('2025-01-10 12:00:00', 3, 90.014));
      await scene.runAt('2025-01-10 12:02:12');
      scene.say([['2025-01-11 05:00:00', 90.016]]);
      await scene.runAt('2025-01-11 05:00:12');
      scene.restart();
      await scene.runAt('2025-01-11 05:00:20');
    },
    lines: [tenth, '2025-01-10 off-peak measured 0'],
  },
  {
    title: 'a night of nine hours, read each minute',
    fromDay: '2025-10-25',
    run: async (scene) => {
      scene.say(minutes('2025-10-25T21:00:00+02:00', 11 * 60 + 1, 90.014));
      for (const at of ['2025-10-25T22:01:12+02:00', '2025-10-26T00:30:12Z', '2025-10-26T07:00:12+01:00'])
        await scene.runAt(Date.parse(at));
    },
    lines: [
      '2025-10-25 peak measured 60000',
      '2025-10-25 off-peak measured 540000',
      '2025-10-26 peak measured 60000',
    ],
  },
  {
    title: 'what is not good, is no number, or is negative, is not taken',
    run: async (scene) => {
      scene.say(minutes('2025-01-10 12:00:00', 2, 90.014));
      scene.say([['2025-01-10 12:01:10', 5]], 'plug', 'suspect');
      scene.say([['2025-01-10 12:01:20', NaN]], 'plug', 'missing');
      scene.say([['2025-01-10 12:01:30', -3]]);
      scene.say([['2025-01-10 12:01:40', NaN]], 'plug', 'sensor_error');
      scene.say([['2025-01-10 12:02:00', 90.016]]);
      await scene.runAt('2025-01-10 12:02:12');
      await scene.runAt('2025-01-10 12:20:12');
    },
    lines: [tenth],
  },
];

interface Played {
  readonly lines: readonly string[];
  readonly mark: object | undefined;
  readonly writes: number;
}

type Before = keyof typeof befores;

/** A file in which nothing has happened yet but for that; to be copied. */
async function begin(t: Test, before: Before, directory: string): Promise<void> {
  const scene = new MeterScene(before === 'empty' ? undefined : '2025-01-07', directory);
  if (before === 'running') {
    scene.say(befores.running.rows);
    await scene.runAt('2025-01-09 12:02:12');
    t.same(scene.lines, befores.running.lines);
  }
  scene.close();
}

async function play(t: Test, of: Case, directory: string, kill?: Kill): Promise<Played> {
  const scene = new MeterScene(of.startDate, directory);
  scene.kill = kill;
  await of.run(scene);
  t.equal(scene.kill, undefined, 'it was killed');
  const { fromDay = '2025-01-10' } = of;
  const { allLines, watch, calls: writes } = scene;
  scene.close();
  return { lines: allLines.filter((line) => line >= fromDay), mark: watch.sight.mark, writes };
}

/** Each case from such a file: as it should go, and with a kill after each write. */
export async function playAll(t: Test, before: Before): Promise<void> {
  const root = t.testdir();
  let scenes = 0;
  await begin(t, before, join(root, 'first'));
  const copy = (): string => {
    const directory = join(root, String((scenes += 1)));
    cpSync(join(root, 'first'), directory, { recursive: true });
    return directory;
  };
  for (const of of cases) {
    const { lines, mark, writes } = await play(t, of, copy());
    t.same(lines, before === 'empty' ? of.lines : (of.running ?? of.lines), of.title);
    const unwritten = await play(t, of, copy(), { call: 1, isDone: false });
    t.same(unwritten.lines, lines, `${of.title}: killed before write 1`);
    for (let call = 1; call <= writes; call += 1) {
      const killed = await play(t, of, copy(), { call, isDone: true });
      const when = `${of.title}: killed after write ${call} of ${writes}`;
      t.same(killed.lines, lines, when);
      t.same(killed.mark, mark, when);
    }
  }
}
