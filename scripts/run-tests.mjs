// npm test: every test file under test/ (or those named as arguments) on the pinned Node, each in a process of its own
// or beside others that need none, with one closing line: `N passed, N failed`.
import { execFileSync, spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { batchProgram, testRuns } from './test-batches.ts';
import { TestReport } from './test-report.ts';

const jobs = 3;
/** For a test that names none: machines are busy. */
const patienceS = 420;
/** No test file names more than ten minutes: one that is still there then has not kept its own time-out. */
const givenUpMs = 660_000;
/** The longest, so that none of them is waited for alone in the end. */
const first = /^test\/(sim\/|faces\/web\/page[^/]*$)/;

/** Those that mostly wait, for real processes and real seconds: they go beside the others, one at a time. */
const waiting = /^test\/(ble\/whole|bench\/kills|sim\/control-kills)/;

const root = join(import.meta.dirname, '..');
process.chdir(root);
const running = new Set();
const all = runsOf(process.argv.slice(2));
const beside = all.filter(({ name }) => waiting.test(name));
const others = all.filter(({ name }) => !waiting.test(name));
const report = new TestReport((line) => console.log(line));
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    beside.length = 0;
    others.length = 0;
    for (const child of running) child.kill(signal);
  });
}
// A gateway that is run from source serves the page that was compiled last, and does not start without one.
const compiler = ['node_modules/typescript/bin/tsc', '-p', 'gateway/faces/web/page/tsconfig.json'];
execFileSync('node_modules/.bin/node', compiler, { stdio: ['ignore', 'inherit', 'inherit'] });
if (all.length === 0) console.log('no test file was found');
await Promise.all([...Array.from({ length: jobs }, () => runThoseOf(others)), runThoseOf(beside)]);
console.log(report.closingLine);
// A run in which nothing was checked is no success.
process.exitCode = report.counts.failed > 0 || report.counts.passed === 0 ? 1 : 0;

/** Of all tests: many of the small ones to a process. Of those that are named: each by itself. */
function runsOf(names) {
  if (names.length === 0) return [...testRuns(testFiles(['test']))];
  return testFiles(names).map((path) => ({ name: path, files: [path] }));
}

/** Files stand for themselves, folders for the tests in them. */
function testFiles(patterns) {
  const files = patterns
    .flatMap((name) => (name.endsWith('.ts') ? [name] : globSync(`${name.replace(/\/$/, '')}/**/*.test.ts`)))
    .toSorted();
  return [...files.filter((path) => first.test(path)), ...files.filter((path) => !first.test(path))];
}

async function runThoseOf(runs) {
  for (let run = runs.shift(); run !== undefined; run = runs.shift()) report.add(await runFiles(run));
}

/** tap is a library here: its own runner puts hooks into each process, of which a short test takes twice as long. */
function runFiles({ name, files }) {
  const startMs = performance.now();
  const program = files.length === 1 ? files : ['--input-type=module', '--eval', batchProgram(files)];
  const child = spawn(
    'node_modules/.bin/node',
    ['--no-warnings', '--import=./test/property-seed.ts', ...program],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Each test file and each gateway that it starts is a process that reads hundreds of modules.
      env: {
        NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled'),
        ...process.env,
        TAP: '1',
        TAP_TIMEOUT: `${patienceS}`,
      },
    },
  );
  running.add(child);
  let output = '';
  const limit = setTimeout(() => {
    child.kill('SIGKILL');
    // What it started may live on, and hold its pipes.
    child.stdout.destroy();
    child.stderr.destroy();
  }, givenUpMs);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  return new Promise((resolve) => {
    child.once('error', (error) => (output += `${error.message}\n`));
    child.once('close', (code) => {
      clearTimeout(limit);
      running.delete(child);
      resolve({
        path: name,
        output,
        exitCode: code ?? undefined,
        seconds: (performance.now() - startMs) / 1000,
      });
    });
  });
}
