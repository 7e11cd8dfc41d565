import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SeededRandom } from '../../../modbus-sim/random.ts';
import { makeScratch, runAppender } from './appender-process.ts';
import type { AppenderTask } from './appender.ts';
import { FaultCount } from './fault-count.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { judgeOldFiles, oldVersions, placeOldDatabase } from './old-database.ts';
import { readRecording } from './recording.ts';
import { judgeStore, type Acknowledged, type Fault, nothingYet } from './store-verdict.ts';

/** Something to do to a database that is there, and what must hold wherever it was cut short. */
interface Interrupted {
  readonly name: string;
  readonly work: NonNullable<AppenderTask['work']>;
  readonly prepare: (directory: string) => Promise<Acknowledged>;
  readonly judge: (directory: string, acknowledged: Acknowledged) => readonly Fault[];
}

/** Of three days. */
const preparedCommits = 500;

const migrations: readonly Interrupted[] = oldVersions.map((version) => ({
  name: `migration of schema ${version}`,
  work: 'opens',
  prepare: (directory) => {
    placeOldDatabase(version, directory);
    return Promise.resolve(nothingYet);
  },
  judge: (directory) => judgeOldFiles(version, directory),
}));

const tending: Interrupted = {
  name: 'rolling up, packing and pruning',
  work: 'tends',
  prepare: (directory) => prepareAppended(directory, 'none'),
  judge: (directory, acknowledged) => judgeStore(directory, acknowledged).faults,
};

const rewriting: readonly Interrupted[] = (['vacuums', 'rotates', 'backs-up'] as const).map((work) => ({
  name: `a process that ${work}`,
  work,
  prepare: (directory) => prepareAppended(directory, 'keeps-all'),
  judge: (directory, acknowledged) => [
    ...backupFaults(directory, acknowledged),
    ...judgeStore(directory, acknowledged).faults,
  ],
}));

async function prepareAppended(
  directory: string,
  tending: NonNullable<AppenderTask['tending']>,
): Promise<Acknowledged> {
  const task = { directory, life: 1, commits: preparedCommits, tending };
  return (await runAppender({ task }, nothingYet)).acknowledged;
}

/** A backup that bears its name is whole. */
function backupFaults(directory: string, acknowledged: Acknowledged): readonly Fault[] {
  const backups = join(directory, 'backups');
  if (!existsSync(backups)) return [];
  return readdirSync(backups)
    .filter((name) => name.endsWith('.db'))
    .flatMap((name) => {
      const aside = join(directory, `opened-${name}`);
      mkdirSync(aside);
      cpSync(join(backups, name), join(aside, 'egw.db'));
      return judgeStore(aside, acknowledged).faults;
    });
}

export interface Interruptions {
  readonly seed: number;
  /** Of each thing to do: spread over the calls that it makes. Needs gcc. */
  readonly points: number;
  /** 2: every second thing to do. */
  readonly every?: number;
}

/** Kills a process in the middle of migrating, tending and rewriting: the database is as before, as after, never between. */
export async function interrupt({ seed, points, every = 1 }: Interruptions): Promise<FaultCount> {
  const random = new SeededRandom(seed);
  const count = new FaultCount();
  const scratch = makeScratch();
  try {
    const disk = new FaultyDisk(scratch);
    const works = [...migrations, tending, ...rewriting].filter((_, index) => index % every === 0);
    for (const [index, work] of works.entries()) {
      const trials = new Trials(work, disk, join(scratch, String(index)));
      await trials.prepare();
      for (let point = 0; point < points; point += 1) await trials.killAt(random.unit(), count);
      trials.remove();
    }
    return count;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

class Trials {
  readonly #work: Interrupted;
  readonly #disk: FaultyDisk;
  readonly #folder: string;
  #acknowledged: Acknowledged = nothingYet;
  #calls = 0;

  constructor(work: Interrupted, disk: FaultyDisk, folder: string) {
    this.#work = work;
    this.#disk = disk;
    this.#folder = folder;
  }

  /** Makes what all trials start from, and counts the calls of one that nobody interrupts. */
  async prepare(): Promise<void> {
    const start = join(this.#folder, 'start');
    mkdirSync(start, { recursive: true });
    this.#acknowledged = await this.#work.prepare(start);
    const log = join(this.#folder, 'recording');
    const { code, complaint } = await this.#run('whole', (directory) => this.#disk.env(directory, { log }));
    if (code !== 0) throw new Error(`${this.#work.name} ended with ${String(code)}: ${complaint}`);
    this.#calls = readRecording(log).filter(({ kind }) => kind !== 'print').length;
  }

  async killAt(share: number, count: FaultCount): Promise<void> {
    const call = 1 + Math.floor(share * this.#calls);
    const fault = { kinds: 'wtsn', from: call, to: call, effect: 'SIGKILL' } as const;
    const where = `${this.#work.name}, killed at call ${call} of ${this.#calls}`;
    const { signal } = await this.#run('killed', (directory) => this.#disk.env(directory, { fault }));
    if (signal !== 'SIGKILL') throw new Error(`${where}: it was not killed`);
    count.add(where, this.#work.judge(join(this.#folder, 'killed'), this.#acknowledged));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(
    name: string,
    env: (directory: string) => Readonly<Record<string, string>>,
  ): ReturnType<typeof runAppender> {
    const directory = join(this.#folder, name);
    rmSync(directory, { recursive: true, force: true });
    cpSync(join(this.#folder, 'start'), directory, { recursive: true });
    const task = { directory, life: 2, commits: 0, work: this.#work.work };
    return runAppender({ task, env: env(directory) }, this.#acknowledged);
  }
}
