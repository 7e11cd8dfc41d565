// npm test: every test file under test/ (or those named as arguments), each a process of its own on the pinned
// Node, with one closing line: `N passed, N failed`.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { TestReport } from './test-report.ts';

const jobs = 3;
/** For a test that names none: machines are busy. */
const patienceS = 420;
/** No test file names more than ten minutes: one that is still there then has not kept its own time-out. */
const givenUpMs = 660_000;
/** The longest, so that none of them is waited for alone in the end. */
const first = /^test\/(sim\/|faces\/web\/page[^/]*$)/;

const root = join(import.meta.dirname, '..');
process.chdir(root);
const running = new Set();
const left = testFiles(process.argv.slice(2));
const report = new TestReport((line) => console.log(line));
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    left.length = 0;
    for (const child of running) child.kill(signal);
  });
}
if (left.length === 0) console.log('no test file was found');
await Promise.all(Array.from({ length: jobs }, runThoseLeft));
console.log(report.closingLine);
// A run in which nothing was checked is no success.
process.exitCode = report.counts.failed > 0 || report.counts.passed === 0 ? 1 : 0;

/** Files stand for themselves, folders for the tests in them. */
function testFiles(names) {
  const patterns = names.length === 0 ? ['test'] : names;
  const files = patterns
    .flatMap((name) => (name.endsWith('.ts') ? [name] : globSync(`${name.replace(/\/$/, '')}/**/*.test.ts`)))
    .toSorted();
  return [...files.filter((path) => first.test(path)), ...files.filter((path) => !first.test(path))];
}

async function runThoseLeft() {
  for (let path = left.shift(); path !== undefined; path = left.shift()) report.add(await runFile(path));
}

/** tap is a library here: its own runner puts hooks into each process, of which a short test takes twice as long. */
function runFile(path) {
  const startMs = performance.now();
  const child = spawn('node_modules/.bin/node', ['--no-warnings', '--import=./test/property-seed.ts', path], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Each test file and each gateway that it starts is a process that reads hundreds of modules.
    env: {
      NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled'),
      ...process.env,
      TAP: '1',
      TAP_TIMEOUT: `${patienceS}`,
    },
  });
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
      resolve({ path, output, exitCode: code ?? undefined, seconds: (performance.now() - startMs) / 1000 });
    });
  });
}
