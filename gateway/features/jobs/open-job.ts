import type { JobState, RunEnding, RunTrigger, StoredJob } from '../../storage/job-calls.ts';
import type { JobDecision } from './decision.ts';
import type { JobDefinition } from './job-definition.ts';
import type { JobRun } from './job-run.ts';

/** A run that is to begin: kept until the store has said so, so that it never has two keys. */
export interface Beginning {
  readonly runKey: string;
  readonly trigger: RunTrigger;
}

/** A job that has not ended, as the desk keeps it in memory. */
export class OpenJob {
  readonly id: number;
  readonly definition: JobDefinition;
  /** Characters of all that it is, as it is kept. */
  readonly definitionLength: number;
  readonly owner: string;
  readonly queuedMs: number;
  readonly deadlineMs: number;
  state: JobState;
  decision: JobDecision | undefined;
  /** As it is on disk, and when it was written, on the monotonic clock. */
  writtenDecision: JobDecision | undefined;
  writtenMs = -Infinity;
  warnings: readonly string[] = [];
  /** Why it waits, where that is not its plan. */
  remark: string | undefined;
  /** Runs that have begun. */
  attempts = 0;
  /** The next try comes no sooner, but for the latest start. */
  notBeforeMs = -Infinity;
  run: JobRun | undefined;
  beginning: Beginning | undefined;
  /** A run that is over, and that the store has not taken yet. */
  ending: RunEnding | undefined;
  /** Somebody has cancelled it while it ran. */
  isCancelAsked: boolean;
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ id, definition, owner, queuedMs, deadlineMs, state, decision }: StoredJob) {
    this.id = id;
    this.definition = JSON.parse(definition) as JobDefinition;
    this.definitionLength = definition.length;
    this.owner = owner;
    this.queuedMs = queuedMs;
    this.deadlineMs = deadlineMs;
    this.state = state;
    this.decision = decision === null ? undefined : (JSON.parse(decision) as JobDecision);
    this.writtenDecision = this.decision;
    this.isCancelAsked = this.decision?.isCancelAsked === true;
    this.warnings = this.decision?.warnings ?? [];
  }

  /** What is left of it, by its estimate, in whole milliseconds; never less than 1. */
  get remainingMs(): number {
    return Math.max(1, Math.ceil(this.definition.estimateMs - (this.run?.ranMs ?? 0)));
  }

  get latestStartMs(): number {
    return this.deadlineMs - this.remainingMs;
  }

  /** Whether it could begin: nothing of it runs, and all that ran is written down. */
  get isWaiting(): boolean {
    return this.run === undefined && this.ending === undefined && this.state !== 'running';
  }

  /** Does one thing at a time: what changes it on disk, and what it does then. */
  async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = this.#turn;
    const mine = before.then(work, work);
    this.#turn = mine;
    return await mine;
  }
}
