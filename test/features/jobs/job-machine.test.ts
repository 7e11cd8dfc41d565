import t from 'tap';
import { nextState } from '../../../gateway/engine/state-machine.ts';
import { jobMachine, type JobInput } from '../../../gateway/features/jobs/job-machine.ts';
import { jobStates } from '../../../gateway/storage/job-calls.ts';

const inputs: readonly JobInput[] = [
  'planned',
  'begun',
  'succeeded',
  'broke',
  'gave_up',
  'cancelled',
  'missed',
  'revived',
];

/** For each state, where each of the inputs leads. */
const table = {
  queued: ['waiting', 'running', 'queued', 'queued', 'failed', 'cancelled', 'missed', 'queued'],
  waiting: ['waiting', 'running', 'waiting', 'waiting', 'waiting', 'cancelled', 'missed', 'waiting'],
  running: ['running', 'running', 'done', 'queued', 'failed', 'cancelled', 'running', 'running'],
  done: ['done', 'done', 'done', 'done', 'done', 'done', 'done', 'done'],
  failed: ['failed', 'failed', 'failed', 'failed', 'failed', 'failed', 'failed', 'queued'],
  cancelled: Array.from({ length: 8 }, () => 'cancelled'),
  missed: ['missed', 'missed', 'missed', 'missed', 'missed', 'missed', 'missed', 'queued'],
} as const;

t.test('every cell of the life of a job leads where its table says', (t) => {
  t.same(Object.keys(table), jobStates);
  t.same(Object.keys(jobMachine), jobStates);
  for (const state of jobStates) {
    inputs.forEach((input, index) => {
      t.equal(nextState(jobMachine, state, input), table[state][index], `${state} and ${input}`);
    });
  }
  t.end();
});
