import type { StoredJob, StoredRun } from '../../storage/job-calls.ts';
import type { JobDecision } from './decision.ts';
import type { JobDefinition } from './job-definition.ts';
import type { JobFacts, RunFacts } from './job-port.ts';
import type { JobRun } from './job-run.ts';
import type { OpenJob } from './open-job.ts';

/** A job as it is now: what is on disk, and what is known of it while it is open. */
export function factsOf(stored: StoredJob, open: OpenJob | undefined): JobFacts {
  const { id, owner, queuedMs, deadlineMs } = stored;
  const definition = open?.definition ?? (JSON.parse(stored.definition) as JobDefinition);
  const isRunning = open?.run !== undefined;
  return {
    ...{ id, owner, definition, queuedMs, deadlineMs },
    // One that was cancelled runs until its processes are gone.
    state: isRunning ? 'running' : stored.state,
    latestStartMs: open?.latestStartMs ?? deadlineMs - definition.estimateMs,
    endedMs: isRunning ? undefined : (stored.endedMs ?? undefined),
    decision: open?.decision ?? decisionIn(stored),
    warnings: open?.warnings ?? decisionIn(stored)?.warnings ?? [],
    remark: open?.remark,
    run: open?.run === undefined ? undefined : liveRun(open.run),
  };
}

export function runFactsOf(run: StoredRun): RunFacts {
  const { attempt, trigger, startedMs, outcome, outputBytes } = run;
  return {
    ...{ attempt, trigger, startedMs, outcome, outputBytes },
    endedMs: run.endedMs ?? undefined,
    exitCode: run.exitCode ?? undefined,
    signal: run.signal ?? undefined,
    problem: run.problem ?? undefined,
  };
}

function decisionIn({ decision }: StoredJob): JobDecision | undefined {
  return decision === null ? undefined : (JSON.parse(decision) as JobDecision);
}

function liveRun({ stored, ranMs, isPaused, endedBy, processes }: JobRun): JobFacts['run'] {
  const { attempt, trigger, startedMs } = stored;
  const isEnding = endedBy !== undefined;
  return {
    ...{ attempt, trigger, startedMs, isPaused, isEnding },
    ranMs: Math.round(ranMs),
    outputBytes: processes.outputBytes,
  };
}
