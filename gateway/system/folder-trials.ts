import type { JobOrder, JobPlace, RunningJob } from '../core/job-process.ts';
import { tryJob, type TrialParts } from './job-trial.ts';

interface Answer {
  readonly problem: Promise<string | undefined>;
  /** Monotonic ms; Infinity while it is being tried. */
  endedMs: number;
}

/** A folder on a disk that does not answer keeps nobody waiting for longer. */
const folderMsMax = 10_000;
/** Jobs come in hundreds for one folder; and who has just opened a folder is not to hear that it is shut. */
const keptMs = 1_000;

/**
 * Whether jobs can run in a folder, found out by running one there: modes, access lists, the server of a network disk
 * and what is hidden from jobs decide that together, each on its own terms.
 */
export class FolderTrials {
  readonly #parts: TrialParts;
  readonly #start: (order: JobOrder) => RunningJob;
  readonly #answers = new Map<string, Answer>();

  constructor(parts: TrialParts, start: (order: JobOrder) => RunningJob) {
    this.#parts = parts;
    this.#start = start;
  }

  /** For people; undefined: they can. One question is asked once at a time, however many ask. Never rejects. */
  async problemOf(place: JobPlace): Promise<string | undefined> {
    this.#forget();
    const key = JSON.stringify([place.cwd, place.user, place.group]);
    const known = this.#answers.get(key);
    if (known !== undefined) return await known.problem;
    const trial = { ...place, hasNetwork: true, msMax: folderMsMax };
    const answer = { problem: tryJob(this.#parts, this.#start, trial), endedMs: Infinity };
    this.#answers.set(key, answer);
    const problem = await answer.problem;
    answer.endedMs = this.#parts.clock.monotonic();
    return problem;
  }

  #forget(): void {
    const sinceMs = this.#parts.clock.monotonic() - keptMs;
    for (const [key, { endedMs }] of this.#answers) if (endedMs <= sinceMs) this.#answers.delete(key);
  }
}
