import t from 'tap';
import { missingCommands } from './appender-process.ts';
import { failCalls } from './failing-calls.ts';

const missing = missingCommands('gcc');

t.test(
  'a disk that refuses a call, or some, stops nobody for long: the same again stores everything once',
  { skip: missing.length > 0 && `${missing.join()} is missing` },
  async (t) => {
    const { count, noticed } = await failCalls({ seed: 1, points: 10 });
    t.same(count.told, []);
    t.equal(count.faults, 0);
    t.equal(count.trials, 10);
    t.ok(noticed > 0, 'failures were noticed');
  },
);
