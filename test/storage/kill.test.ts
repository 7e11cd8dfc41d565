import t from 'tap';
import { missingCommands } from './faults/appender-process.ts';
import { killAppenders } from './faults/kills.ts';

const missing = missingCommands('gcc');

t.test('of processes that are killed nothing acknowledged is lost, and nothing is there twice', async (t) => {
  const count = await killAppenders({ seed: 1, anywhere: 20, atCalls: 0 });
  t.same(count.told, []);
  t.equal(count.faults, 0);
  t.equal(count.trials, 20);
});

t.test(
  'nor of those that are killed as they are about to write, cut, sync, rename or remove a file',
  { skip: missing.length > 0 && `${missing.join()} is missing` },
  async (t) => {
    const count = await killAppenders({ seed: 2, anywhere: 0, atCalls: 20 });
    t.same(count.told, []);
    t.equal(count.faults, 0);
    t.equal(count.trials, 20);
  },
);
