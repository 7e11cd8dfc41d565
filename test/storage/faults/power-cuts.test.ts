import t from 'tap';
import { missingCommands } from './appender-process.ts';
import { cutPowerWidely } from './power-cut-plans.ts';
import { cutPower } from './power-cuts.ts';

const missing = missingCommands('gcc');
const options = { skip: missing.length > 0 && `${missing.join()} is missing` };

t.test(
  'a power cut at any time takes nothing acknowledged, and leaves a whole database',
  options,
  async (t) => {
    const count = await cutPowerWidely({ seed: 1, images: 100 });
    t.same(count.told, []);
    t.equal(count.faults, 0);
    t.equal(count.trials, 100);
  },
);

t.test('power cuts are seen to take what was acknowledged before it was synced', options, async (t) => {
  const lives = [{ commits: 60, isAbrupt: true, isCareless: true }];
  const count = await cutPower({ seed: 1, images: 20, lives });
  t.ok(count.lost > 0, 'acknowledged commits are lost with synchronous=NORMAL');
});
