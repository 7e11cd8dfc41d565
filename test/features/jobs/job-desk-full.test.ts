import t from 'tap';
import { limits } from '../../../gateway/core/limits.ts';
import { DeskBench } from './desk-bench.ts';

t.setTimeout(60_000);

t.test('jobs that are too long together are refused until some of them have ended', async (t) => {
  const bench = new DeskBench({});
  bench.start();
  const word = 'x'.repeat(4 * limits.jobLineLengthMax);
  const long = { command: { argv: ['true', word] } };
  const fitting = Math.floor(limits.jobsOpenLengthMax / (word.length + 1_000));
  const ids: number[] = [];
  for (let count = 0; count < fitting; count += 1) ids.push(await bench.add(long));
  await t.rejects(bench.add(long), { code: 'limit_reached', hint: /egw job purge/ });
  t.ok(await bench.add({}), 'a short one has room');
  await bench.ask(bench.desk.cancel(ids[0] ?? 0));
  t.ok(await bench.add(long));
});
