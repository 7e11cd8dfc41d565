import t from 'tap';
import { runRandomDeliveries } from './random-deliveries.ts';

t.test('commands that come twice, late, in any order and across crashes run at most once', async (t) => {
  const seed = 1;
  const result = await runRandomDeliveries({ seed, schedules: 100 });
  t.ok(result.runs > 200 && result.crashes > 30, `${result.runs} runs, ${result.crashes} crashes`);
  t.match(result, { doubles: 0, overtaken: 0, lies: 0 }, `seed ${seed}`);
});
