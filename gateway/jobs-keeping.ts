import { randomUUID } from 'node:crypto';
import type { Config } from './config/config.ts';
import type { Alarm } from './core/clock.ts';
import type { HostControl } from './core/host-control.ts';
import { noJobProcesses, type JobProcesses } from './core/job-process.ts';
import type { LiveFeed } from './core/live-feed.ts';
import type { Logger } from './core/logger.ts';
import type { SignalReader } from './core/power-signal.ts';
import { noProgramFiles, type ProgramFiles } from './core/program-files.ts';
import type { SpoolFolder } from './core/spool-folder.ts';
import type { Scheduler } from './engine/scheduler.ts';
import type { TaskDefinition } from './engine/task.ts';
import type { BoundCommand } from './features/command.ts';
import { bindJobCommands } from './features/jobs/job-commands.ts';
import type { JobDefinition } from './features/jobs/job-definition.ts';
import { Desk } from './features/jobs/job-desk.ts';
import { jobFolderFinder, type FindJobFolder } from './features/jobs/job-folder.ts';
import { bindJobViewCommands } from './features/jobs/job-view-commands.ts';
import { jobsSection, jobsSettings, type JobsSettings } from './features/jobs/jobs-section.ts';
import { planSteps } from './features/jobs/plan/plan-work.ts';
import { bindSpoolCommands } from './features/jobs/spool-commands.ts';
import { JobSpool } from './features/jobs/spool/job-spool.ts';
import { watchSpool } from './features/jobs/spool/watch-spool.ts';
import type { HealthSource } from './features/lifecycle/health-board.ts';
import type { Timekeeper } from './features/timekeeping/timekeeper.ts';
import type { Database } from './storage/store-calls.ts';

/** What jobs need of the machine; where it is absent nothing can be run. */
export interface JobOutside {
  readonly jobProcesses?: JobProcesses;
  /** What every job gets. */
  readonly jobEnvironment?: Readonly<Record<string, string>>;
  /** Absolute: where the gateway was started. */
  readonly jobDirectory?: string;
  readonly programFiles?: ProgramFiles;
  /** Absent: no files are watched. */
  readonly jobSpool?: SpoolFolder;
}

interface Parts extends JobOutside {
  readonly config: Pick<Config, 'site' | 'features'>;
  readonly clock: Timekeeper;
  readonly alarm: Alarm;
  readonly logger: Logger;
  readonly database: Database;
  readonly hostControl?: HostControl;
}

interface Beside {
  readonly scheduler: Scheduler;
  readonly feed: LiveFeed;
  readonly signals: SignalReader;
}

/** Work that waits for power that is clean, cheap or our own, put together. */
export interface JobsKeeping {
  readonly tasks: readonly TaskDefinition[];
  readonly health: HealthSource;
  readonly commands: readonly BoundCommand[];
  /** Before the tasks run. */
  start(): void;
  /** Ends what runs, and writes it down; while the database is still open. Never throws. */
  stop(): Promise<void>;
}

export function createJobsKeeping(parts: Parts, { scheduler, feed, signals }: Beside): JobsKeeping {
  const { config, clock, alarm, logger, database, programFiles = noProgramFiles } = parts;
  const { zone } = config.site;
  const settings = jobsSettings(config.features[jobsSection.key]);
  const processes = parts.jobProcesses ?? noJobProcesses;
  const { jobDirectory: started = '/' } = parts;
  const findFolder = jobFolderFinder({ processes, configured: settings.directory, started });
  const desk = new Desk(
    {
      ...{ clock, alarm, logger, feed, signals, store: database },
      isTimeKnown: () => clock.state !== 'unset',
      processes,
      plan: planSteps,
      newKey: randomUUID,
      submit: (task) => scheduler.submit(task),
      hasten: (task) => void scheduler.reschedule(task, clock.monotonic()),
      cancel: (task) => void scheduler.cancel(task),
    },
    {
      zone,
      parallelMax: settings.parallel,
      powerWatts: settings.powerWatts,
      stopMs: settings.stopMs,
      timeoutMs: settings.timeoutMs,
      user: settings.user,
      group: undefined,
      environment: parts.jobEnvironment ?? {},
      keptMs: settings.keepMs,
      outputsMax: settings.outputsMax,
    },
  );
  const spool = openSpool(parts, { desk, settings, findFolder });
  return {
    tasks: spool === undefined ? [] : [watchSpool(spool)],
    health: () => [...desk.notes(), ...(spool === undefined ? [] : spoolNotes(spool))],
    commands: [
      ...bindJobCommands({ desk, clock, zone, settings, findFolder, files: programFiles }),
      ...bindJobViewCommands({ desk, signals, clock, settings }),
      ...bindSpoolCommands({ spool: () => spool?.facts() }),
    ],
    start: () => desk.start(),
    stop: async () => await desk.stop(),
  };
}

interface SpoolUse {
  readonly desk: Desk;
  readonly settings: JobsSettings;
  readonly findFolder: FindJobFolder;
}

function openSpool(parts: Parts, { desk, settings, findFolder }: SpoolUse): JobSpool | undefined {
  const { jobSpool: folder, clock, logger, config, hostControl } = parts;
  if (folder === undefined) return undefined;
  const hasToken = settings.spool.stopToken && hostControl !== undefined;
  return new JobSpool({
    ...{ folder, desk, clock, logger },
    zone: config.site.zone,
    usual: usualJob,
    findFolder,
    newKey: randomUUID,
    stop: hasToken ? () => hostControl.stop() : undefined,
  });
}

/** What a job is that does not say anything else. */
const usualJob: Omit<JobDefinition, 'command' | 'estimateMs' | 'cwd'> = {
  name: undefined,
  environment: {},
  powerWatts: undefined,
  when: [{ kind: 'surplus' }],
  isInterruptible: false,
  retries: 0,
  timeoutMs: undefined,
  user: undefined,
  group: undefined,
  limits: {},
  hasNetwork: true,
};

function spoolNotes(spool: JobSpool): ReturnType<HealthSource> {
  const { problem, path } = spool.facts();
  if (problem === undefined) return [];
  const message = `jobs that come as files are not taken from ${path}: ${problem}`;
  return [
    { subject: 'jobs:spool', status: 'degraded', message, hint: 'docs/jobs.md says what the folder must be' },
  ];
}
