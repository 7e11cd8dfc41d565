import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SeededRandom } from '../../../modbus-sim/random.ts';
import { makeScratch, runAppender, type AppenderRun } from './appender-process.ts';
import { FaultCount } from './fault-count.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { judgeStore, nothingYet, type Acknowledged } from './store-verdict.ts';

/** Then a new directory begins, so that judging stays quick. */
const commitsMax = 300;
/** A process that nobody kills ends all the same. */
const lifeCommitsMax = 20_000;
/** Of its calls, the first open, make, migrate or settle. */
const firstCalls = 40;
const callsMax = 600;

export interface Kills {
  readonly seed: number;
  /** SIGKILL when so many lines were heard. */
  readonly anywhere: number;
  /** SIGKILL as the process is about to change a file for the nth time. Needs gcc. */
  readonly atCalls: number;
}

/** Appenders that are killed, one after the other on the same directories; each time all is judged. */
export async function killAppenders({ seed, anywhere, atCalls }: Kills): Promise<FaultCount> {
  const random = new SeededRandom(seed);
  const count = new FaultCount();
  const home = new KilledHome();
  let disk: FaultyDisk | undefined;
  try {
    for (let kill = 1; kill <= anywhere + atCalls; kill += 1) {
      const where = `kill ${kill} of seed ${seed}`;
      if (kill <= anywhere) {
        await home.live(count, where, () => killAfter(random.integer(0, 60)));
      } else {
        const faulty = (disk ??= new FaultyDisk(home.scratch));
        const call = random.integer(1, random.pick([firstCalls, callsMax]));
        const fault = { kinds: 'wtsn', from: call, to: call, effect: 'SIGKILL' } as const;
        await home.live(count, `${where}, at call ${call}`, (directory) => ({
          env: faulty.env(directory, { fault }),
        }));
      }
    }
    return count;
  } finally {
    home.remove();
  }
}

function killAfter(lines: number): Pick<AppenderRun, 'onLine'> {
  let left = lines;
  return {
    onLine: (kill) => {
      if (left === 0) kill();
      left -= 1;
    },
  };
}

/** A directory, and what was acknowledged in it; a new one now and then. */
class KilledHome {
  readonly scratch = makeScratch();
  #directories = 0;
  #life = 0;
  #acknowledged: Acknowledged = nothingYet;

  async live(
    count: FaultCount,
    where: string,
    how: (directory: string) => Omit<AppenderRun, 'task'>,
  ): Promise<void> {
    if (this.#directories === 0 || this.#acknowledged.commit > commitsMax) this.#begin();
    this.#life += 1;
    const task = { directory: this.#directory, life: this.#life, commits: lifeCommitsMax };
    const end = await runAppender({ task, ...how(this.#directory) }, this.#acknowledged);
    if (end.signal !== 'SIGKILL') {
      throw new Error(
        `${where}: the appender was not killed, it ended with ${String(end.code)}: ${end.complaint}`,
      );
    }
    const { faults, acknowledged } = judgeStore(this.#directory, end.acknowledged);
    count.add(where, faults);
    this.#acknowledged = acknowledged;
  }

  remove(): void {
    rmSync(this.scratch, { recursive: true, force: true });
  }

  get #directory(): string {
    return join(this.scratch, String(this.#directories));
  }

  #begin(): void {
    rmSync(this.#directory, { recursive: true, force: true });
    this.#directories += 1;
    this.#life = 0;
    this.#acknowledged = nothingYet;
    mkdirSync(this.#directory);
  }
}
