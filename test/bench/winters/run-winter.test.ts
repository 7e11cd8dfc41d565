import t from 'tap';
import { runWinter } from '../../../bench/winters/run-winter.ts';
import { winterBugs } from '../../../bench/winters/winter-bug.ts';

/** Seeds whose winters show it in a week. */
const seedOf = {
  'bad-as-value': 3,
  'unknown-recovers': 7,
  'mutes-for-ever': 4,
  'told-again': 2,
  'no-ignition-window': 10,
  'needs-a-change': 14,
} as const;

t.test('in days of faults no alert is missed, false or doubled', async (t) => {
  let right = 0;
  for (let seed = 1; seed <= 3; seed += 1) {
    const wrong: string[] = [];
    const { fireOut, jam } = await runWinter({ seed, days: 5, report: (what) => wrong.push(what) });
    t.same(wrong, [], `seed ${seed}`);
    right += fireOut.right + jam.right;
  }
  t.ok(right >= 3, 'and there are some');
});

for (const bug of winterBugs) {
  t.test(`a planted mistake is found: ${bug}`, async (t) => {
    const wrong: string[] = [];
    await runWinter({ seed: seedOf[bug], days: 7, bug, report: (what) => wrong.push(what) });
    t.ok(wrong.length > 0);
  });
}
