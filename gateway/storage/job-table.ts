import type { Connection } from './connection.ts';
import { jobStates, type JobState, type NewJob, type StoredJob } from './job-calls.ts';
import { MarkStore } from './mark-store.ts';
import { assertRow, rowCheck, type Cell } from './row-check.ts';
import { storedTime } from './stored-time.ts';

/** The highest id that was ever given. */
export const lastJobMark = 'job_last_id';

export const openJobStates: readonly JobState[] = ['queued', 'waiting', 'running'];

/** A job as its table has it. */
export interface JobRow extends NewJob, Pick<StoredJob, 'id' | 'state' | 'endedMs'> {
  /** Runs that were begun. */
  readonly attempts: number;
}

interface CheckedRow extends JobRow {
  readonly crc: number;
  readonly decision: string | null;
  readonly decisionCrc: number | null;
}

const joined = `
  SELECT id, state, queued_ms AS queuedMs, deadline_ms AS deadlineMs, ended_ms AS endedMs, attempts, owner,
    origin_key AS originKey, definition, job.crc AS crc, decision, job_decision.crc AS decisionCrc
  FROM job LEFT JOIN job_decision ON job_decision.job = job.id`;

/** Jobs, the keys of their origins, and what was decided of them: rows, each with its check. */
export class JobTable {
  readonly #marks: MarkStore;
  readonly #highest;
  readonly #one;
  readonly #list;
  readonly #insert;
  readonly #update;
  readonly #ids;
  readonly #counts;
  readonly #origin;
  readonly #putOrigin;
  readonly #putDecision;

  constructor(connection: Connection) {
    this.#marks = new MarkStore(connection);
    this.#highest = connection.prepare<[], number | null>('SELECT max(id) FROM job').pluck();
    this.#one = connection.prepare<[number], CheckedRow>(`${joined} WHERE id = ?`);
    this.#list = connection.prepare<{ states: string; beforeId: number; rowsMax: number }, CheckedRow>(
      `${joined} WHERE id IN (
         SELECT id FROM job WHERE state IN (SELECT value FROM json_each($states)) AND id < $beforeId
         ORDER BY id DESC LIMIT $rowsMax)
       ORDER BY id DESC`,
    );
    this.#insert = connection.prepare<JobRow & { readonly crc: number }>(
      `INSERT INTO job (id, state, queued_ms, deadline_ms, ended_ms, attempts, owner, origin_key, definition, crc)
       VALUES ($id, $state, $queuedMs, $deadlineMs, $endedMs, $attempts, $owner, $originKey, $definition, $crc)`,
    );
    this.#update = connection.prepare<JobRow & { readonly crc: number }>(
      'UPDATE job SET state = $state, ended_ms = $endedMs, attempts = $attempts, crc = $crc WHERE id = $id',
    );
    this.#ids = connection
      .prepare<[string], number>(
        'SELECT id FROM job WHERE state IN (SELECT value FROM json_each(?)) ORDER BY id',
      )
      .pluck();
    this.#counts = connection.prepare<[], { readonly state: JobState; readonly jobs: number }>(
      'SELECT state, count(*) AS jobs FROM job GROUP BY state',
    );
    this.#origin = connection.prepare<[string], OriginRow & { readonly crc: number }>(
      'SELECT key, job, queued_ms AS queuedMs, crc FROM job_origin WHERE key = ?',
    );
    this.#putOrigin = connection.prepare<OriginRow & { readonly crc: number }>(
      'INSERT OR REPLACE INTO job_origin (key, job, queued_ms, crc) VALUES ($key, $job, $queuedMs, $crc)',
    );
    this.#putDecision = connection.prepare<[number, string, number]>(
      'INSERT OR REPLACE INTO job_decision (job, decision, crc) VALUES (?, ?, ?)',
    );
  }

  /** The job that came with this key, also when it is lost since. Errors: `database_unreadable`. */
  ofOrigin(key: string): number | undefined {
    const row = this.#origin.get(key);
    if (row === undefined) return undefined;
    assertRow('job_origin', originCells(row), row.crc);
    return row.job;
  }

  /** In the caller's transaction. Answers its id. Errors: `input_invalid`. */
  add(job: NewJob): number {
    const row: JobRow = {
      queuedMs: storedTime("the job's time", job.queuedMs),
      deadlineMs: storedTime("the job's deadline", job.deadlineMs),
      owner: job.owner.toWellFormed(),
      definition: job.definition.toWellFormed(),
      originKey: job.originKey?.toWellFormed() ?? null,
      // The mark outlives jobs that are pruned, and may be lost itself.
      id: Math.max(this.#marks.number(lastJobMark), this.#highest.get() ?? 0) + 1,
      state: 'queued',
      endedMs: null,
      attempts: 0,
    };
    this.#marks.putNumber(lastJobMark, row.id);
    this.#insert.run({ ...row, crc: rowCheck('job', jobCells(row)) });
    if (row.originKey !== null) this.putOrigin(row.originKey, row);
    return row.id;
  }

  putOrigin(key: string, { id, queuedMs }: JobRow): void {
    const row = { key, job: id, queuedMs };
    this.#putOrigin.run({ ...row, crc: rowCheck('job_origin', originCells(row)) });
  }

  /** Errors: `database_unreadable`. */
  find(id: number): (JobRow & Pick<StoredJob, 'decision'>) | undefined {
    const row = this.#one.get(id);
    return row === undefined ? undefined : checkedJob(row);
  }

  /** Newest first. Errors: `database_unreadable`. */
  list(
    states: readonly JobState[],
    beforeId: number,
    rowsMax: number,
  ): readonly (JobRow & Pick<StoredJob, 'decision'>)[] {
    return this.#list.all({ states: JSON.stringify(states), beforeId, rowsMax }).map(checkedJob);
  }

  /** Ascending; of all states unless said. */
  ids(states?: readonly JobState[]): readonly number[] {
    return this.#ids.all(JSON.stringify(states ?? jobStates));
  }

  counts(): readonly { readonly state: JobState; readonly jobs: number }[] {
    return this.#counts.all();
  }

  /** Its state, its end and its attempts; all else is never changed. */
  put(job: JobRow): void {
    this.#update.run({ ...job, crc: rowCheck('job', jobCells(job)) });
  }

  putDecision(id: number, decision: string): void {
    this.#putDecision.run(id, decision, rowCheck('job_decision', [id, decision]));
  }
}

interface OriginRow {
  readonly key: string;
  readonly job: number;
  readonly queuedMs: number;
}

function originCells({ key, job, queuedMs }: OriginRow): readonly Cell[] {
  return [key, job, queuedMs];
}

function jobCells(job: JobRow): readonly Cell[] {
  const { id, state, queuedMs, deadlineMs, endedMs, attempts, owner, originKey, definition } = job;
  return [id, state, queuedMs, deadlineMs, endedMs, attempts, owner, originKey, definition];
}

function checkedJob({ crc, decisionCrc, ...job }: CheckedRow): JobRow & Pick<StoredJob, 'decision'> {
  assertRow('job', jobCells(job), crc);
  if (job.decision !== null) assertRow('job_decision', [job.id, job.decision], decisionCrc);
  return job;
}
