import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SeededRandom } from '../../../modbus-sim/random.ts';
import { AcknowledgedLines, makeScratch, runAppender } from './appender-process.ts';
import type { AppenderTask } from './appender.ts';
import { DiskModel } from './disk-model.ts';
import { FaultCount } from './fault-count.ts';
import { FaultyDisk, type DiskFault } from './faulty-disk.ts';
import { readRecording, type DiskOperation } from './recording.ts';
import { judgeStore, type Acknowledged, type Fault, nothingYet } from './store-verdict.ts';

/** Opening the database again, settling it, and some commits. */
const operationsAfterFailure = 60;

/** One process on the directory. */
export type RecordedLife = Omit<AppenderTask, 'directory' | 'life'> & { readonly fault?: DiskFault };

export interface PowerCuts {
  readonly seed: number;
  readonly images: number;
  /** One after the other, on the same directory. */
  readonly lives: readonly RecordedLife[];
  /** Puts into the directory what is there before the first. */
  readonly prepare?: (directory: string) => void;
  readonly judge?: (directory: string, acknowledged: Acknowledged) => readonly Fault[];
}

/**
 * Records what a program does to its files, and cuts the power at random moments: whatever may be found on the
 * disk then must hold all that had been acknowledged. The model itself is held against the real files.
 */
export async function cutPower(cuts: PowerCuts): Promise<FaultCount> {
  const scratch = makeScratch();
  const directory = join(scratch, 'data');
  mkdirSync(directory);
  cuts.prepare?.(directory);
  try {
    const model = new DiskModel(filesIn(directory));
    const operations = await record(cuts.lives, scratch, directory);
    const count = judgeImages(cuts, { model, operations, folder: join(scratch, 'image') });
    assertSame(model.cached, directory);
    return count;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function record(
  lives: readonly RecordedLife[],
  scratch: string,
  directory: string,
): Promise<readonly DiskOperation[]> {
  const disk = new FaultyDisk(scratch);
  const log = join(scratch, 'recording');
  for (const [index, { fault, ...task }] of lives.entries()) {
    const { code, complaint } = await runAppender(
      { task: { ...task, directory, life: index + 1 }, env: disk.env(directory, { fault, log }) },
      nothingYet,
    );
    if (code !== 0) throw new Error(`the recorded program ended with ${String(code)}: ${complaint}`);
  }
  return readRecording(log);
}

function judgeImages(
  { seed, images, judge = (...asked) => judgeStore(...asked).faults }: PowerCuts,
  parts: {
    readonly model: DiskModel;
    readonly operations: readonly DiskOperation[];
    readonly folder: string;
  },
): FaultCount {
  const { model, operations, folder } = parts;
  const random = new SeededRandom(seed);
  const cuts = Array.from({ length: images }, () => cutIn(operations, random));
  const count = new FaultCount();
  const heard = new AcknowledgedLines(nothingYet);
  for (let at = 0; at <= operations.length; at += 1) {
    for (const cut of cuts) {
      if (cut !== at) continue;
      writeImage(folder, model.image(random));
      count.add(`cut ${cut} of seed ${seed}`, judge(folder, heard.acknowledged));
    }
    const operation = operations[at];
    if (operation === undefined) break;
    model.apply(operation);
    if (operation.kind === 'print') for (const line of operation.text.split('\n')) heard.hear(line);
  }
  return count;
}

/** Anywhere, or often where it hurts most: shortly after a sync that failed. */
function cutIn(operations: readonly DiskOperation[], random: SeededRandom): number {
  const failed = operations.flatMap(({ kind }, at) => (kind === 'failed-sync' ? [at] : []));
  const [first, ...others] = failed;
  if (first === undefined || random.isLucky(0.3)) return random.integer(0, operations.length);
  return Math.min(
    operations.length,
    random.pick([first, ...others]) + random.integer(1, operationsAfterFailure),
  );
}

function writeImage(folder: string, image: ReadonlyMap<string, Buffer>): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [name, bytes] of image) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

function filesIn(directory: string): Map<string, { file: bigint; bytes: Buffer }> {
  return new Map(
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(directory, name)).isFile())
      .map((name) => {
        const path = join(directory, name);
        return [name, { file: statSync(path, { bigint: true }).ino, bytes: readFileSync(path) }];
      }),
  );
}

/** The recorder saw every change: shared memory, which is mapped, apart. */
function assertSame(model: ReadonlyMap<string, Buffer>, directory: string): void {
  const real = filesIn(directory);
  for (const name of new Set([...model.keys(), ...real.keys()])) {
    if (name.endsWith('-shm')) continue;
    const bytes = model.get(name);
    const isSame = bytes !== undefined && real.get(name)?.bytes.equals(bytes) === true;
    if (!isSame) throw new Error(`the recording does not lead to the file ${name} that is there`);
  }
}
