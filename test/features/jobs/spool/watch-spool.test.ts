import t from 'tap';
import { watchSpool } from '../../../../gateway/features/jobs/spool/watch-spool.ts';

t.test('the task looks into the spool every two seconds, until its signal fires', async (t) => {
  const signals: AbortSignal[] = [];
  const task = watchSpool({
    look: (signal) => {
      signals.push(signal);
      return Promise.resolve();
    },
  });
  t.match(task, { name: 'watch:spool', periodMs: 2_000 });
  const { signal } = new AbortController();
  await task.run({ signal } as Parameters<typeof task.run>[0]);
  t.same(signals, [signal]);
});
