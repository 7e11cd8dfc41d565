import type { Interval } from '../../core/interval.ts';
import type { StoredJob } from '../../storage/job-calls.ts';
import type { JobDecision } from './decision.ts';
import { unplanned } from './decision-record.ts';
import type { DeskOptions, DeskPorts } from './desk-ports.ts';
import type { JobDefinition } from './job-definition.ts';
import { savingOf } from './job-saving.ts';
import type { OpenJob } from './open-job.ts';

const settleSavingsTaskName = 'settle:job-savings';

const periodMs = 1_800_000;
/** What nobody has said by then, nobody will. */
const awaitedMs = 3 * 86_400_000;
/** Jobs of an earlier life that are looked at again. */
const recentRows = 200;
const perRunMax = 50;
const waitingMax = 2_000;

type SavingPorts = Pick<DeskPorts, 'clock' | 'isTimeKnown' | 'store' | 'signals' | 'submit' | 'cancel'>;

/** A job that is done, as far as its saving goes. */
interface DoneJob {
  readonly id: number;
  readonly definition: JobDefinition;
  readonly queuedMs: number;
  readonly deadlineMs: number;
  readonly decision: JobDecision;
  readonly stretches: readonly Interval[];
}

/** What jobs have saved: said when they are done, and again when all hours up to their deadline are known. */
export class SavingBook {
  readonly #ports: SavingPorts;
  readonly #options: DeskOptions;
  readonly #waiting = new Map<number, DoneJob>();

  constructor(ports: SavingPorts, options: DeskOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** Those of an earlier life that wait for their hours. Errors: those of the store. */
  async load(): Promise<void> {
    const done = await this.#ports.store.call('listJobs', { states: ['done'], rowsMax: recentRows });
    for (const stored of done) {
      const job = doneJobOf(stored);
      if (job?.decision.saving?.isFinal === true) continue;
      this.#wait(job ?? (await this.#neverSettled(stored)));
    }
  }

  /** A job that is done, and when it ran. Errors: those of the store, and of who knows the grid. */
  async add(
    { id, definition, queuedMs, deadlineMs, decision }: OpenJob,
    stretches: readonly Interval[],
  ): Promise<void> {
    const known = decision ?? unplanned(this.#ports.clock.wall());
    const job = { id, definition, queuedMs, deadlineMs, stretches, decision: { ...known, slots: stretches } };
    this.#wait(job);
    await this.#settle(job);
  }

  /** The gateway died before it was said when it ran: its run tells, but for when it was held. */
  async #neverSettled(stored: StoredJob): Promise<DoneJob> {
    const runs = await this.#ports.store.call('listJobRuns', stored.id);
    const stretches = runs.slice(-1).map(({ startedMs, endedMs }) => ({
      startMs: startedMs,
      endMs: Math.max(startedMs, endedMs ?? startedMs),
    }));
    return doneJob(stored, decisionIn(stored) ?? unplanned(stored.queuedMs), stretches);
  }

  #wait(job: DoneJob): void {
    this.#keep(job);
    this.#ports.submit({
      name: settleSavingsTaskName,
      group: 'jobs',
      priority: 'housekeeping',
      periodMs,
      offsetMs: 90_000,
      deadlineMs: 60_000,
      run: async ({ signal }) => {
        for (const waiting of [...this.#waiting.values()].slice(0, perRunMax)) {
          if (signal.aborted) return;
          // To the end, so that those that wait long, or fail, hold up no other.
          this.#keep(waiting);
          await this.#settle(waiting);
        }
        if (this.#waiting.size === 0) this.#ports.cancel(settleSavingsTaskName);
      },
    });
  }

  /** The last one; of too many the one that has waited longest is left as it is. */
  #keep(job: DoneJob): void {
    this.#waiting.delete(job.id);
    this.#waiting.set(job.id, job);
    const [first] = this.#waiting.keys();
    if (first !== undefined && this.#waiting.size > waitingMax) this.#waiting.delete(first);
  }

  async #settle(job: DoneJob): Promise<void> {
    const { clock, store, signals, isTimeKnown } = this.#ports;
    if (!isTimeKnown()) return;
    const nowMs = clock.wall();
    const endMs = Math.max(job.deadlineMs, job.stretches.at(-1)?.endMs ?? 0);
    const known = await signals.read({ startMs: job.queuedMs, endMs });
    const { powerWatts } = job.definition;
    const found = savingOf(
      {
        queuedMs: job.queuedMs,
        deadlineMs: job.deadlineMs,
        stretches: job.stretches,
        isInterruptible: job.definition.isInterruptible,
        powerWatts: powerWatts ?? this.#options.powerWatts,
        isPowerAssumed: powerWatts === undefined,
      },
      known,
      nowMs,
    );
    const isFinal = found.isFinal || nowMs >= endMs + awaitedMs;
    const decision = { ...job.decision, saving: { ...found, isFinal } };
    await store.call('setJobDecision', job.id, JSON.stringify(decision));
    if (isFinal) this.#waiting.delete(job.id);
    else if (this.#waiting.has(job.id)) this.#waiting.set(job.id, { ...job, decision });
  }
}

/** undefined: nothing was ever said of what it saved. */
function doneJobOf(stored: StoredJob): DoneJob | undefined {
  const decision = decisionIn(stored);
  return decision?.saving === undefined ? undefined : doneJob(stored, decision, decision.slots);
}

function doneJob(
  { id, definition, queuedMs, deadlineMs }: StoredJob,
  decision: JobDecision,
  stretches: readonly Interval[],
): DoneJob {
  const known = JSON.parse(definition) as JobDefinition;
  return {
    id,
    queuedMs,
    deadlineMs,
    definition: known,
    decision: { ...decision, slots: stretches },
    stretches,
  };
}

function decisionIn({ decision }: StoredJob): JobDecision | undefined {
  return decision === null ? undefined : (JSON.parse(decision) as JobDecision);
}
