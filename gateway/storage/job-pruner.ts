import type { Connection } from './connection.ts';
import type { JobCalls } from './job-calls.ts';
import { transact } from './transact.ts';

/** Jobs of one call: some milliseconds. */
const jobsPerCallMax = 500;

/** What of a job goes with it. */
const goingWithIt = [
  'DELETE FROM job_origin WHERE key = (SELECT origin_key FROM job WHERE id = $id)',
  'DELETE FROM job_output WHERE place BETWEEN ($id << 20) AND ($id << 20) + 1048575',
  'DELETE FROM job_run WHERE job = $id',
  'DELETE FROM job_decision WHERE job = $id',
  'DELETE FROM job WHERE id = $id',
];

/** Takes out jobs that have ended, and outputs, when there are too many of them or they are too old. */
export class JobPruner {
  readonly #connection: Connection;
  readonly #oldJobs;
  readonly #oldOutputs;
  readonly #oldOrigins;
  readonly #deleteOutput;
  readonly #deleteOrigin;
  readonly #deletions;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#oldJobs = connection
      .prepare<[number, number, number], number>(
        `SELECT id FROM job WHERE ended_ms < ? OR id IN (
           SELECT id FROM job WHERE ended_ms IS NOT NULL ORDER BY ended_ms DESC, id DESC LIMIT -1 OFFSET ?)
         ORDER BY ended_ms, id LIMIT ?`,
      )
      .pluck();
    this.#oldOutputs = connection
      .prepare<[number], number>(
        `SELECT place FROM job_output JOIN job_run ON job = place >> 20 AND attempt = place & 1048575
         WHERE outcome <> 'running' ORDER BY started_ms DESC, place DESC LIMIT -1 OFFSET ?`,
      )
      .pluck();
    this.#oldOrigins = connection
      .prepare<[number], string>(
        'SELECT key FROM job_origin WHERE queued_ms < ? AND job NOT IN (SELECT id FROM job)',
      )
      .pluck();
    this.#deleteOutput = connection.prepare<[number]>('DELETE FROM job_output WHERE place = ?');
    this.#deleteOrigin = connection.prepare<[string]>('DELETE FROM job_origin WHERE key = ?');
    this.#deletions = goingWithIt.map((sql) => connection.prepare<{ readonly id: number }>(sql));
  }

  /** Answers how many jobs are gone. */
  prune({ endedBeforeMs, jobsMax, outputsMax }: Parameters<JobCalls['pruneJobs']>[0]): number {
    const jobs = this.#oldJobs.all(endedBeforeMs, jobsMax, jobsPerCallMax);
    const outputs = this.#oldOutputs.all(outputsMax);
    const origins = this.#oldOrigins.all(endedBeforeMs);
    if (jobs.length + outputs.length + origins.length === 0) return 0;
    transact(this.#connection, () => {
      for (const id of jobs) for (const deletion of this.#deletions) deletion.run({ id });
      for (const place of outputs) this.#deleteOutput.run(place);
      for (const key of origins) this.#deleteOrigin.run(key);
    });
    return jobs.length;
  }
}
