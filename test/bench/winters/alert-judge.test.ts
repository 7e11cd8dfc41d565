import t from 'tap';
import { AlertJudge } from '../../../bench/winters/alert-judge.ts';
import type { TruthClass } from '../../../bench/winters/truth-class.ts';

const classes: Readonly<Record<string, TruthClass>> = { y: 'yes', n: 'no', u: 'unknown', e: 'edge' };

/**
 * One character a minute.
 *
 * @param told `A` an alert, `R` an end, `2` two alerts, `.` nothing
 */
function judged(truth: string, told: string, forMinutes = 0): readonly number[] {
  const judge = new AlertJudge(forMinutes);
  for (const [minute, letter] of truth.split('').entries()) {
    const what = told[minute] ?? '.';
    judge.judge(minute, classes[letter] ?? 'unknown', {
      alerts: what === 'A' ? 1 : what === '2' ? 2 : 0,
      recoveries: what === 'R' ? 1 : 0,
      alertMinute: what === 'A' || what === '2' ? minute : undefined,
    });
  }
  const { missed, falsely, doubled, ends, right } = judge.verdicts;
  return [missed, falsely, doubled, ends, right];
}

type Row = readonly [title: string, truth: string, told: string, verdicts: readonly number[]];

const rows: readonly Row[] = [
  ['an alert in the minute in which it begins to hold', 'nnyynn', '..A.R.', [0, 0, 0, 0, 1]],
  ['one that is out in the first minute ever', 'yyn', 'A.R', [0, 0, 0, 0, 1]],
  ['none: missed', 'nnyy', '....', [1, 0, 0, 0, 0]],
  ['one where nothing holds: false', 'nnnn', '.A..', [0, 1, 0, 0, 0]],
  ['one where nothing is known: false', 'nuuu', '..A.', [0, 1, 0, 0, 0]],
  ['one more while it holds: doubled', 'nyyyyyyyyyyyyyy', '.A...........A.', [0, 0, 1, 0, 1]],
  ['two at once: doubled', 'ny', '.2', [0, 0, 1, 0, 0]],
  ['no end: an end that is wrong', 'nyyn', '.A..', [0, 0, 0, 1, 1]],
  ['an end while nothing is known: an end that is wrong', 'nyu', '.AR', [0, 0, 0, 1, 1]],
  ['again within ten minutes: doubled', 'nynny', '.AR.A', [0, 0, 1, 0, 1]],
  ['held for the ten minutes, then told', 'nynyyyyyyyyyy', '.AR........A.', [0, 0, 0, 0, 2]],
  ['held for ever: missed', 'nynyyyyyyyyyyy', '.AR...........', [1, 0, 0, 0, 1]],
  ['an edge may be told, and be an end', 'nenn', '.AR.', [0, 0, 0, 0, 1]],
  ['an edge need not be told', 'nenn', '....', [0, 0, 0, 0, 0]],
  ['an edge before what is sure is one episode', 'neyn', '.A.R', [0, 0, 0, 0, 1]],
];

for (const [title, truth, told, verdicts] of rows) {
  t.test(title, async (t) => t.same(judged(truth, told), verdicts));
}

t.test(
  'what has to hold for five minutes is told at their end, not before, and not without them',
  async (t) => {
    t.same(judged('nyyyyyyn', '.....A.R', 5), [0, 0, 0, 0, 1], 'when the fifth is over');
    t.same(judged('nyyyyyyn', '......AR', 5), [0, 0, 0, 0, 1], 'or at the first instant of the sixth');
    t.same(judged('nyyyyyyn', '....A...', 5).slice(0, 2), [0, 1], 'false after four');
    t.same(judged('nyyyyyyyn', '.........', 5)[0], 1, 'missed after six');
    t.same(judged('nyyyynnnn', '.........', 5), [0, 0, 0, 0, 0], 'four are not enough');
  },
);

t.test('a clock that is set back mutes nothing for longer than the ten minutes', async (t) => {
  const judge = new AlertJudge(0);
  const told = (alerts: number, recoveries: number, alertMinute?: number) => ({
    ...{ alerts, recoveries, alertMinute },
  });
  judge.judge(100, 'yes', told(1, 0, 100));
  judge.judge(101, 'no', told(0, 1));
  judge.setBack(40, 40);
  for (let minute = 40; minute < 50; minute += 1) judge.judge(minute, 'yes', told(0, 0));
  judge.judge(50, 'yes', told(1, 0, 50));
  t.match(judge.verdicts, { missed: 0, falsely: 0, doubled: 0, right: 2 });
});
