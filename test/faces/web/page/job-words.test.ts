import t from 'tap';
import type { Job, JobRun, JobRunNow } from '../../../../gateway/faces/web/page/job-types.ts';
import { isOpen, jobTitle, plannedStartMs } from '../../../../gateway/faces/web/page/job-start.ts';
import {
  jobFacts,
  jobProgress,
  jobReason,
  jobState,
  jobTimes,
  progressWords,
  queueWords,
  runFacts,
} from '../../../../gateway/faces/web/page/job-words.ts';
import { hourMs, knownJob, nowMs, plainText, time } from './known-job.ts';

const minuteMs = 60_000;
const run: JobRunNow = {
  attempt: 1,
  startedMs: nowMs - 30 * minuteMs,
  ranMs: 30 * minuteMs,
  isPaused: false,
  isEnding: false,
  outputBytes: 0,
};
const times = (facts: Partial<Job>): string => plainText(jobTimes(knownJob(facts), time));

t.test('a job goes by its name, and without one by its command', (t) => {
  t.equal(jobTitle(knownJob()), 'Backup');
  t.equal(jobTitle(knownJob({ name: null })), 'backup.sh --all');
  t.end();
});

t.test('every state has its words, and a run more than one', (t) => {
  const words = (facts: Partial<Job>): string => plainText(jobState(knownJob(facts), nowMs));
  t.equal(words({ state: 'queued' }), 'queued');
  t.equal(words({}), 'waiting');
  t.equal(words({ state: 'running', run }), 'running for 30 min');
  t.equal(words({ state: 'running', run: { ...run, isPaused: true } }), 'held');
  t.equal(words({ state: 'running', run: { ...run, isEnding: true, isPaused: true } }), 'ending');
  for (const state of ['done', 'failed', 'cancelled', 'missed'] as const) {
    t.equal(words({ state, endedMs: nowMs - 5 * minuteMs }), `${state} 5 min ago`);
    t.equal(isOpen(knownJob({ state })), false);
  }
  t.end();
});

t.test('a job tells when it starts, and when at the latest', (t) => {
  t.equal(times({}), 'starts 21:00, at the latest 22 Nov, 06:00');
  t.equal(times({ slots: [] }), 'at the latest 22 Nov, 06:00');
  t.equal(times({ slots: [{ startMs: nowMs - 1, endMs: nowMs + 1 }] }), 'starts now');
  const latestStartMs = nowMs + 9 * hourMs;
  t.equal(times({ latestStartMs }), 'starts 21:00, at the latest');
  const slots = [{ startMs: nowMs - hourMs, endMs: nowMs + hourMs }];
  t.equal(times({ state: 'running', run, slots }), 'until about 13:00, due 22 Nov, 08:00');
  t.equal(times({ state: 'running', run, slots: [] }), 'due 22 Nov, 08:00');
  t.equal(times({ state: 'done', endedMs: nowMs - hourMs }), '11:00');
  t.end();
});

t.test('what is planned comes in the order in which it starts', (t) => {
  t.equal(plannedStartMs(knownJob({ run })), run.startedMs);
  t.equal(plannedStartMs(knownJob()), nowMs + 9 * hourMs);
  t.equal(plannedStartMs(knownJob({ slots: [] })), nowMs + 18 * hourMs);
  t.end();
});

t.test('progress is what a run has of its estimate, which it may exceed', (t) => {
  t.equal(jobProgress(knownJob()), undefined);
  t.equal(jobProgress(knownJob({ run })), 0.25);
  t.equal(jobProgress(knownJob({ run: { ...run, ranMs: 3 * hourMs } })), 1.5);
  t.equal(plainText(progressWords(knownJob({ run }))), '30 min of 2 h 00 min');
  t.end();
});

t.test('a job that is done tells what it saved, any other why it is as it is', (t) => {
  const saving = {
    energyKwh: 1,
    isPowerAssumed: true,
    carbonGrams: { actual: 10, atOnce: 30, best: 10 },
    microEuros: null,
    isFinal: true,
  };
  t.equal(jobReason(knownJob()), 'waits for cleaner power');
  t.equal(jobReason(knownJob({ why: null })), '');
  t.equal(plainText(jobReason(knownJob({ state: 'done', saving }))), 'CO₂: 20 g saved');
  t.equal(
    jobReason(knownJob({ state: 'done', saving: { ...saving, carbonGrams: null } })),
    'waits for cleaner power',
  );
  t.equal(
    jobReason(knownJob({ state: 'failed', saving, why: 'its last try failed' })),
    'its last try failed',
  );
  t.end();
});

t.test('facts are those that matter while it is as it is', (t) => {
  const facts = (changes: Partial<Job>): string[] =>
    jobFacts(knownJob(changes), time).map(([name, text]) => plainText(`${name}: ${text}`));
  t.same(
    facts({ warnings: ['the estimate is longer than the time left', 'a second'], isInterruptible: true }),
    [
      'Command: backup.sh --all',
      'Waits for: carbon',
      'Planned: 21:00 – 23:00',
      'Starts at the latest: 22 Nov, 06:00',
      'Must be done by: 22 Nov, 08:00',
      'Estimate: 2 h 00 min',
      'Draws: 90 W',
      'May be held: yes',
      'Queued: 11:00 by this machine',
      'Expected: 27 g CO₂/kWh, 17.0 ct/kWh',
      'At once instead: 46 g CO₂/kWh',
      'Remark: the estimate is longer than the time left',
      'Remark 2: a second',
    ],
  );
  t.same(facts({ state: 'missed', endedMs: nowMs, powerWatts: null, owner: 'token:abc' }), [
    'Command: backup.sh --all',
    'Waits for: carbon',
    'Must be done by: 22 Nov, 08:00',
    'Estimate: 2 h 00 min',
    'Draws: not said',
    'Queued: 11:00 by token abc',
  ]);
  t.end();
});

t.test('each run tells when and why it began, and how it ended', (t) => {
  const base: JobRun = {
    attempt: 1,
    trigger: 'policy',
    startedMs: nowMs - hourMs,
    endedMs: nowMs,
    outcome: 'done',
    exitCode: 0,
    signal: null,
    problem: null,
    outputBytes: 0,
  };
  const words = (facts: Partial<JobRun>): string[] =>
    runFacts({ runs: [{ ...base, ...facts }] }, time).map(([name, text]) => plainText(`${name}: ${text}`));
  t.same(words({}), ['Run 1: 11:00:00, its time had come: done after 1 h 00 min']);
  t.same(words({ attempt: 2, trigger: 'retry', outcome: 'failed', exitCode: 3 }), [
    'Run 2: 11:00:00, tried again: failed (exit code 3) after 1 h 00 min',
  ]);
  t.same(words({ trigger: 'deadline', outcome: 'timeout', exitCode: null, signal: 'SIGKILL' }), [
    'Run 1: 11:00:00, its latest start had come: took too long, and was ended (SIGKILL) after 1 h 00 min',
  ]);
  t.same(
    words({ trigger: 'manual', outcome: 'failed', exitCode: 127, problem: 'there is no such program' }),
    ['Run 1: 11:00:00, by hand: failed (exit code 127, there is no such program) after 1 h 00 min'],
  );
  t.match(words({ outcome: 'running', endedMs: null, exitCode: null }), [/: running$/]);
  t.end();
});

t.test('the queue is summed up for those who do not see it', (t) => {
  const jobs = (...states: Job['state'][]): Job[] => states.map((state) => knownJob({ state }));
  t.equal(queueWords([]), 'No job waits or runs.');
  t.equal(queueWords(jobs('done', 'failed')), 'No job waits or runs.');
  t.equal(queueWords(jobs('running', 'waiting', 'done')), '1 job runs, 1 waits.');
  t.equal(queueWords(jobs('queued', 'waiting')), '2 wait.');
  t.equal(queueWords(jobs('running', 'running')), '2 jobs run.');
  t.end();
});
