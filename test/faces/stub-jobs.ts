import type { Clock } from '../../gateway/core/clock.ts';
import type { LiveFeed } from '../../gateway/core/live-feed.ts';
import type { BoundCommand } from '../../gateway/features/command.ts';
import { bindJobCommands } from '../../gateway/features/jobs/job-commands.ts';
import { jobFolderFinder } from '../../gateway/features/jobs/job-folder.ts';
import { bindJobViewCommands } from '../../gateway/features/jobs/job-view-commands.ts';
import { jobsSettings, type JobsSettings } from '../../gateway/features/jobs/jobs-section.ts';
import { bindSpoolCommands } from '../../gateway/features/jobs/spool-commands.ts';
import { StubJobs } from './web/stub-jobs.ts';
import { StubSignals } from './web/stub-signals.ts';

const hourMs = 3_600_000;

/** Jobs that wait, run and are done, one of them named by somebody who means no good; and a spool with a bad file. */
export function stubJobCommands(clock: Clock, feed: LiveFeed): readonly BoundCommand[] {
  const desk = new StubJobs(() => clock.wall(), feed);
  putExampleJobs(desk, clock.wall());
  return bindStubJobs(clock, desk);
}

/** No job can run below /shut. */
const stubFolders = {
  tryFolder: async ({ cwd }: { readonly cwd: string }) =>
    await Promise.resolve(cwd.startsWith('/shut') ? `nobody cannot go into the folder ${cwd}` : undefined),
};

/** Like those of a gateway at home, over a desk that lives in memory. */
export function bindStubJobs(
  clock: Clock,
  desk: StubJobs,
  sandbox: JobsSettings['sandbox'] = 'auto',
): readonly BoundCommand[] {
  const settings = jobsSettings({ sandbox, allow: { lines: ['make nightly'], programs: [] } });
  const files = { realPath: () => Promise.resolve(undefined), sha256: () => Promise.resolve(undefined) };
  const findFolder = jobFolderFinder({ processes: stubFolders, configured: '/srv/jobs', started: '/' });
  const rejected = [{ name: 'a\u001b[31m.json', reason: 'estimate "30" has no unit', atMs: clock.wall() }];
  const spool = { path: '/srv/spool', problem: undefined, waiting: 1, taken: 2, rejected };
  return [
    ...bindJobCommands({ desk, clock, zone: 'Europe/Paris', settings, findFolder, files }),
    ...bindJobViewCommands({ desk, clock, settings, signals: new StubSignals(() => clock.wall()) }),
    ...bindSpoolCommands({ spool: () => spool }),
  ];
}

/** One that waits (1), one that runs (2) and one that is done (3). */
export function putExampleJobs(desk: StubJobs, nowMs: number): void {
  const means = { carbonGramsPerKwh: 41, priceMicroEurosPerKwh: undefined };
  const decision = {
    decidedMs: nowMs,
    reason: 'better_later',
    words: 'waits for 03:00: 41 g/kWh then, 180 g/kWh now',
    slots: [{ startMs: nowMs + 3 * hourMs, endMs: nowMs + 5 * hourMs }],
    expected: means,
    ifAtOnce: { ...means, carbonGramsPerKwh: 180 },
    warnings: [],
    saving: undefined,
  } as const;
  desk.put(1, { decision }, { name: 'nightly \u001b[31m\u202e backup', estimateMs: 2 * hourMs });
  const run = { attempt: 2, startedMs: nowMs - hourMs, ranMs: hourMs, isPaused: false, isEnding: false };
  desk.put(2, { state: 'running', run: { ...run, trigger: 'retry', outputBytes: 12 } });
  const carbonGrams = { actual: 8.2, atOnce: 36, best: 8 };
  const saving = {
    energyKwh: 0.2,
    isPowerAssumed: true,
    carbonGrams,
    microEuros: { actual: 32_000, atOnce: 50_000, best: 32_000 },
    isFinal: false,
  };
  desk.put(3, { state: 'done', endedMs: nowMs - hourMs, decision: { ...decision, saving } });
  const ended = {
    endedMs: nowMs - hourMs,
    exitCode: 0,
    signal: undefined,
    problem: undefined,
    outputBytes: 9,
  };
  const done = { attempt: 1, trigger: 'policy', startedMs: nowMs - 3 * hourMs, outcome: 'done' } as const;
  desk.runs.set(3, [{ ...done, ...ended }]);
  desk.outputs.set(1, 'so far\n');
  desk.outputs.set(3, 'done\u001b[2J\n');
  desk.runs.set(1, [{ ...done, ...ended, outputBytes: 7 }]);
}
