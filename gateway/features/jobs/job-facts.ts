import type { StoredJob, StoredRun } from '../../storage/job-calls.ts';
import type { JobDecision } from './decision.ts';
import type { JobDefinition } from './job-definition.ts';
import type { JobFacts, RunFacts } from './job-port.ts';
import type { JobRun } from './job-run.ts';
import type { OpenJob } from './open-job.ts';

/** A job as it is now: what is on disk, and what is known of it while it is open. */
export function factsOf(stored: StoredJob, open: OpenJob | undefined): JobFacts {
  return open === undefined ? factsOfStored(stored) : factsOfOpen(stored, open);
}

function factsOfStored(stored: StoredJob): JobFacts {
  const { id, state, owner, queuedMs, deadlineMs } = stored;
  const definition = JSON.parse(stored.definition) as JobDefinition;
  const decision = stored.decision === null ? undefined : (JSON.parse(stored.decision) as JobDecision);
  return {
    ...{ id, state, owner, definition, queuedMs, deadlineMs, decision },
    latestStartMs: deadlineMs - definition.estimateMs,
    endedMs: stored.endedMs ?? undefined,
    warnings: decision?.warnings ?? [],
    remark: undefined,
    run: undefined,
  };
}

function factsOfOpen(stored: StoredJob, open: OpenJob): JobFacts {
  const { id, owner, definition, queuedMs, deadlineMs, latestStartMs, decision, warnings, remark } = open;
  return {
    ...{ id, owner, definition, queuedMs, deadlineMs, latestStartMs, decision, warnings, remark },
    // As its processes are: the store learns of their end a little later.
    state: open.run === undefined ? stored.state : 'running',
    endedMs: undefined,
    run: open.run === undefined ? undefined : liveRun(open.run),
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

function liveRun({ stored, ranMs, isPaused, endedBy, processes }: JobRun): JobFacts['run'] {
  const { attempt, trigger, startedMs } = stored;
  const isEnding = endedBy !== undefined;
  return {
    ...{ attempt, trigger, startedMs, isPaused, isEnding },
    ranMs: Math.round(ranMs),
    outputBytes: processes.outputBytes,
  };
}
