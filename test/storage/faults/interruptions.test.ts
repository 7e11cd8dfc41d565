import t from 'tap';
import { missingCommands } from './appender-process.ts';
import { interrupt } from './interruptions.ts';

const missing = missingCommands('gcc');

t.test(
  'migrating, vacuuming and backing up can be cut anywhere: the database is as before or as after, never between',
  { skip: missing.length > 0 && `${missing.join()} is missing` },
  async (t) => {
    const count = await interrupt({ seed: 1, points: 1, every: 2 });
    t.same(count.told, []);
    t.equal(count.faults, 0);
    t.ok(count.trials > 0);
  },
);
