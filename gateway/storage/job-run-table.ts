import assert from 'node:assert';
import { unpackBody, packBody } from './checked-body.ts';
import type { Connection } from './connection.ts';
import type { StoredRun } from './job-calls.ts';
import { assertRow, rowCheck, type Cell } from './row-check.ts';

interface CheckedRow extends StoredRun {
  readonly crc: number;
}

const columns = `job, attempt, run_key AS runKey, run_trigger AS "trigger", started_ms AS startedMs,
  ended_ms AS endedMs, outcome, exit_code AS exitCode, signal, problem, output_bytes AS outputBytes, crc`;
const attemptsMax = 1_048_576;

/** Runs of jobs, and what they printed: rows, each with its check. */
export class JobRunTable {
  readonly #list;
  readonly #latest;
  readonly #replace;
  readonly #output;
  readonly #putOutput;

  constructor(connection: Connection) {
    this.#list = connection.prepare<[number], CheckedRow>(
      `SELECT ${columns} FROM job_run WHERE job = ? ORDER BY attempt`,
    );
    this.#latest = connection.prepare<[number], CheckedRow>(
      `SELECT ${columns} FROM job_run WHERE job = ? ORDER BY attempt DESC LIMIT 1`,
    );
    this.#replace = connection.prepare<CheckedRow>(
      `INSERT OR REPLACE INTO job_run (job, attempt, run_key, run_trigger, started_ms, ended_ms, outcome, exit_code,
         signal, problem, output_bytes, crc)
       VALUES ($job, $attempt, $runKey, $trigger, $startedMs, $endedMs, $outcome, $exitCode,
         $signal, $problem, $outputBytes, $crc)`,
    );
    this.#output = connection
      .prepare<[number], Buffer>('SELECT CAST(body AS BLOB) FROM job_output WHERE place = ?')
      .pluck();
    this.#putOutput = connection.prepare<[number, Buffer]>(
      'INSERT OR REPLACE INTO job_output (place, body) VALUES (?, ?)',
    );
  }

  /** Oldest first. Errors: `database_unreadable`. */
  list(job: number): readonly StoredRun[] {
    return this.#list.all(job).map(checkedRun);
  }

  /** Errors: `database_unreadable`. */
  latest(job: number): StoredRun | undefined {
    const row = this.#latest.get(job);
    return row === undefined ? undefined : checkedRun(row);
  }

  put(run: StoredRun): void {
    this.#replace.run({ ...run, crc: rowCheck('job_run', runCells(run)) });
  }

  /** Errors: `database_unreadable`. */
  output(job: number, attempt: number): string {
    const place = outputPlace(job, attempt);
    const body = this.#output.get(place);
    return body === undefined ? '' : Buffer.from(unpackBody(body, place)).toString('utf8');
  }

  /** When no more was printed than before it is the same, and stays. */
  putOutput(run: StoredRun, { output, outputBytes }: { output: string; outputBytes: number }): void {
    if (output === '' || (outputBytes > 0 && outputBytes === run.outputBytes)) return;
    const place = outputPlace(run.job, run.attempt);
    this.#putOutput.run(place, packBody(Buffer.from(output, 'utf8'), place));
  }
}

/** The key of an output. */
function outputPlace(job: number, attempt: number): number {
  assert(
    attempt > 0 && attempt < attemptsMax,
    `a job has from 1 to ${attemptsMax - 1} attempts, not ${attempt}`,
  );
  return job * attemptsMax + attempt;
}

function runCells(run: StoredRun): readonly Cell[] {
  const {
    job,
    attempt,
    runKey,
    trigger,
    startedMs,
    endedMs,
    outcome,
    exitCode,
    signal,
    problem,
    outputBytes,
  } = run;
  return [job, attempt, runKey, trigger, startedMs, endedMs, outcome, exitCode, signal, problem, outputBytes];
}

function checkedRun({ crc, ...run }: CheckedRow): StoredRun {
  assertRow('job_run', runCells(run), crc);
  return run;
}
