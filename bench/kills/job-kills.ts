import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { processesWith } from '../../gateway/system/process-table.ts';
import { SeededRandom } from '../../modbus-sim/random.ts';
import { startMortalGateway, type MortalGateway } from './mortal-gateway.ts';

export interface JobKills {
  readonly kills: number;
  readonly jobs: number;
  /** Runs that a kill cut: other kills show nothing. */
  readonly cutRuns: number;
  /** Runs whose first line stands twice, and jobs without retries that began twice. */
  readonly doubleStarts: number;
  /** Processes of jobs of a killed gateway that the next one left, seconds after it listened. */
  readonly survivors: number;
  /** Jobs that began, and of whose end nothing is known in the end. */
  readonly unknownEnds: number;
  /** How the last one, which was not killed, ended. */
  readonly lastExitCode: number | null;
}

interface Trial {
  readonly directory: string;
  readonly lines: string;
  /** Value of a variable that all jobs have. */
  readonly mark: string;
  readonly random: SeededRandom;
  readonly sandbox: 'auto' | 'off';
  readonly given: Map<number, { readonly retries: number }>;
}

interface ShownRun {
  readonly attempt: number;
  readonly outcome: string;
}

const markVariable = 'EGW_TRIAL';
const looksMax = 50;
const betweenLooksMs = 100;
const openStates: readonly string[] = ['queued', 'waiting', 'running'];

/**
 * A gateway whose jobs append a line to a file when they begin is killed at random moments, and started again. What
 * the file says is the truth that its own account is held against.
 */
export async function killDuringJobs(how: {
  readonly seed: number;
  readonly kills: number;
  readonly sandbox: 'auto' | 'off';
}): Promise<JobKills> {
  const directory = mkdtempSync(join(tmpdir(), 'egw-job-kills-'));
  try {
    return await liveAndDie(
      {
        directory,
        lines: join(directory, 'open', 'lines'),
        mark: randomUUID(),
        random: new SeededRandom(how.seed),
        sandbox: how.sandbox,
        given: new Map(),
      },
      how.kills,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function liveAndDie(trial: Trial, kills: number): Promise<JobKills> {
  prepare(trial);
  let survivors = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const gateway = await startMortalGateway(join(trial.directory, 'data'));
    survivors += await countSurvivors(trial);
    await giveJobs(trial, gateway);
    await setTimeout(trial.random.pick([0, trial.random.integer(0, 50), trial.random.integer(0, 600)]));
    await gateway.end();
  }
  const last = await startMortalGateway(join(trial.directory, 'data'));
  survivors += await countSurvivors(trial);
  const runs = await settledRuns(trial, last);
  const lastExitCode = await last.end('SIGTERM');
  return {
    kills,
    jobs: trial.given.size,
    cutRuns: [...runs.values()].flat().filter(({ outcome }) => outcome === 'interrupted').length,
    doubleStarts: countDoubleStarts(trial),
    survivors,
    unknownEnds: [...runs].filter(([id, shown]) => isUnknown(trial, id, shown)).length,
    lastExitCode,
  };
}

/** The next gateway looks for them once it is up. */
async function countSurvivors({ mark }: Trial): Promise<number> {
  let left = 0;
  for (let look = 0; look < looksMax; look += 1) {
    left = (await processesWith(markVariable, new Set([mark]))).size;
    if (left === 0) return 0;
    await setTimeout(betweenLooksMs);
  }
  return left;
}

function prepare({ directory, sandbox }: Trial): void {
  chmodSync(directory, 0o755);
  for (const name of ['data', 'open']) mkdirSync(join(directory, name));
  chmodSync(join(directory, 'open'), 0o777);
  const text = `network: { allowLoopbackDevices: true }\njobs: { directory: ${directory}/open, sandbox: ${sandbox} }\n`;
  writeFileSync(join(directory, 'data', 'egw.yaml'), text);
}

/** Some that start at once, as their estimate is longer than the time that they have. */
async function giveJobs(trial: Trial, { client }: MortalGateway): Promise<void> {
  const { random, mark, lines } = trial;
  for (let job = random.integer(1, 3); job > 0; job -= 1) {
    const retries = random.isLucky(0.2) ? 2 : 0;
    const rest = random.pick(['sleep 30', 'true', '(setsid sleep 30 &) ; sleep 0.3', 'sleep 0.2; exit 3']);
    const { status, body } = await client.ask({
      method: 'POST',
      path: '/api/v1/jobs',
      body: {
        commandline: `echo "$EGW_JOB_ID $EGW_JOB_ATTEMPT" >>${lines}; ${rest}`,
        estimate: '2h',
        deadline: new Date(Date.now() + 3_600_000).toISOString(),
        env: [`${markVariable}=${mark}`],
        retries,
      },
    });
    if (status >= 300) throw new Error(`a job was refused: ${JSON.stringify(body)}`);
    trial.given.set((body as { readonly id: number }).id, { retries });
  }
}

/** The runs of all jobs, once nothing runs that a kill left. */
async function settledRuns(
  { given }: Trial,
  { client }: MortalGateway,
): Promise<ReadonlyMap<number, readonly ShownRun[]>> {
  const runs = new Map<number, readonly ShownRun[]>();
  for (const id of given.keys()) {
    const { body } = await client.ask({ method: 'GET', path: `/api/v1/jobs/${id}` });
    const { state, runs: shown } = body as { readonly state: string; readonly runs: readonly ShownRun[] };
    // What is to be tried again comes after a minute: that it would is enough.
    if (openStates.includes(state))
      await client.ask({ method: 'POST', path: `/api/v1/jobs/${id}/cancel`, body: {} });
    runs.set(id, shown);
  }
  return runs;
}

/** By the file: job and attempt of each line. */
function begunRuns({ lines }: Trial): readonly string[] {
  return existsSync(lines)
    ? readFileSync(lines, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
}

function countDoubleStarts(trial: Trial): number {
  const begun = begunRuns(trial);
  const sameRun = begun.length - new Set(begun).size;
  const once = [...trial.given].filter(([, { retries }]) => retries === 0);
  const sameJob = once.filter(([id]) => new Set(begun.filter((line) => line.startsWith(`${id} `))).size > 1);
  return sameRun + sameJob.length;
}

/** Began, by the file, without a run on record, or with one that would still be running. */
function isUnknown(trial: Trial, id: number, shown: readonly ShownRun[]): boolean {
  const known = new Set(
    shown.filter(({ outcome }) => outcome !== 'running').map(({ attempt }) => `${id} ${attempt}`),
  );
  return begunRuns(trial).some((line) => line.startsWith(`${id} `) && !known.has(line));
}
