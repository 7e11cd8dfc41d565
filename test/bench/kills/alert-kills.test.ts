import t from 'tap';
import { killDuringAlerts } from '../../../bench/kills/alert-kills.ts';

t.test('who is killed between an alert and its messages neither loses one nor sends two', async (t) => {
  const { killsAtWork, expected, lost, doubled, open } = await killDuringAlerts({ seed: 2, kills: 2 });
  t.ok(killsAtWork > 0, 'something was on its way');
  t.ok(expected >= 9);
  t.equal(lost, 0);
  t.equal(doubled, 0);
  t.equal(open, 0);
});
