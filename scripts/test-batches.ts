import { readFileSync } from 'node:fs';

/** What one process runs: a file by itself, or several beside each other. */
export interface TestRun {
  /** For the report: the file, or the folder of the first and how many there are. */
  readonly name: string;
  readonly files: readonly string[];
}

const batchFiles = 16;
const folders = /^test\/(core|engine|io|config|features|modbus-sim|faces\/(cli|rest|commands))\//;

/**
 * A test that touches something that belongs to the whole process (its environment, threads, sockets, files, console),
 * that starts others, takes its own time, or has tests of its own only later, has a process of its own.
 */
const ownProcess = new RegExp(
  [
    String.raw`\b(process|console)\.`,
    String.raw`node:(child_process|dgram|fs|http|https|net|tls|worker_threads)`,
    String.raw`^t\.(after|afterEach|bailout|before|beforeEach|end|setTimeout|teardown)\b`,
    String.raw`\bt\.testdir\b`,
    String.raw`^await |= await import`,
    String.raw`[cC]hromium|[dD]atabase|[wW]orker|createGateway|in-browser|listen|mkdtemp|pino|spawn|temporary|/sim/`,
  ].join('|'),
  'm',
);

/**
 * Starting a process and tap takes half a second, a test of a pure function a millisecond: those that need nothing of
 * their own run many to a process. All others, and files that were named one by one, run alone.
 */
export function testRuns(
  files: readonly string[],
  textOf: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): readonly TestRun[] {
  const isShared = (path: string): boolean => folders.test(path) && !ownProcess.test(textOf(path));
  const shared = files.filter((path) => isShared(path));
  const alone = files.filter((path) => !shared.includes(path)).map((path) => ({ name: path, files: [path] }));
  const batches: TestRun[] = [];
  for (let index = 0; index < shared.length; index += batchFiles) {
    const batch = shared.slice(index, index + batchFiles);
    const [first = ''] = batch;
    const others = batch.length - 1;
    batches.push({ name: others === 0 ? first : `${first} and ${others} more`, files: batch });
  }
  return [...alone, ...batches];
}

/** The program of a process that runs these: the tests of all of them are there before the first begins. */
export function batchProgram(files: readonly string[]): string {
  return files.map((path) => `import ${JSON.stringify(`./${path}`)};`).join('\n');
}
