import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SeededRandom } from '../../../modbus-sim/random.ts';
import { makeScratch, runAppender } from './appender-process.ts';
import { FaultCount } from './fault-count.ts';
import { FaultyDisk, type DiskFault } from './faulty-disk.ts';
import { judgeStore, nothingYet } from './store-verdict.ts';

export interface FailingCalls {
  readonly count: FaultCount;
  /** Trials in which a failure reached the program; in others it was of a kind that SQLite lives with. */
  readonly noticed: number;
  /** The longest time from a failure until the same was done. */
  readonly repairMsMax: number;
}

const commits = 60;
/** An appender of so many commits changes files about as many times. */
const callsMax = 350;

/**
 * Appenders whose disk refuses one call or some in a row, at the nth that changes a file: they must go on by
 * themselves, and nothing may be lost or doubled.
 */
export async function failCalls({ seed, points }: { seed: number; points: number }): Promise<FailingCalls> {
  const random = new SeededRandom(seed);
  const scratch = makeScratch();
  const count = new FaultCount();
  let noticed = 0;
  let repairMsMax = 0;
  try {
    const disk = new FaultyDisk(scratch);
    for (let point = 0; point < points; point += 1) {
      const fault = faultAt(1 + Math.floor((point * callsMax) / points), random);
      const directory = join(scratch, String(point));
      mkdirSync(directory);
      const where = `point ${point} of seed ${seed}, ${JSON.stringify(fault)}`;
      const end = await runAppender(
        { task: { directory, life: 1, commits }, env: disk.env(directory, { fault }) },
        nothingYet,
      );
      const { faults } = judgeStore(directory, end.acknowledged);
      const isDone = end.code === 0 && end.acknowledged.commit === commits;
      const what = `it did not go on: ${end.complaint}`;
      count.add(where, isDone ? faults : [...faults, { kind: 'wrong', what }]);
      if (end.repairMs.length > 0) noticed += 1;
      repairMsMax = Math.max(repairMsMax, ...end.repairMs);
      rmSync(directory, { recursive: true });
    }
    return { count, noticed, repairMsMax };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** At that call of any kind, or sooner at one of a single kind, of which there are fewer. */
function faultAt(call: number, random: SeededRandom): DiskFault {
  const kinds = random.pick(['wtsn', 'wtsn', 'w', 's']);
  const from = kinds === 's' ? Math.ceil(call / 4) : call;
  const length = random.pick([1, 1, 1, 2, 3, 6]);
  return { kinds, from, to: from + length - 1, effect: random.pick(['EIO', 'ENOSPC']) };
}
