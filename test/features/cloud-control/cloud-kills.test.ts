import t from 'tap';
import { killDuringCloudCommands } from './cloud-kills.ts';

t.test('wherever the gateway is killed, a command of the cloud runs at most once', async (t) => {
  const seed = 1;
  const result = await killDuringCloudCommands({ seed, kills: 3 });
  t.ok(result.done > 3, `${result.done} of ${result.commands} done, ${result.unknown} unknown`);
  t.match(result, { kills: 3, doubles: 0, lies: 0, unanswered: 0 }, `seed ${seed}`);
});
