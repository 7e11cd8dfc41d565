import t from 'tap';
import { createRealAlarm } from '../../gateway/system/real-alarm.ts';
import { realClock } from '../../gateway/system/real-clock.ts';
import { StartedJob } from '../../gateway/system/started-job.ts';

t.test('a job whose preparation never ends can be killed all the same', async (t) => {
  const job = new StartedJob(
    { clock: realClock, alarm: createRealAlarm(realClock) },
    async () => await new Promise(() => undefined),
  );
  job.terminate();
  job.kill();
  t.same(await job.ended, { exitCode: null, signal: 'SIGKILL', problem: undefined });
  t.equal(job.output(), '');
});
