// npm test: every test file under test/ (or those named as arguments) by tap on the pinned Node, with one
// closing line: `N passed, N failed`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TestReport } from './test-report.ts';

const root = join(import.meta.dirname, '..');
process.chdir(root);
const files = testFiles(process.argv.slice(2));
const report = new TestReport((line) => console.log(line));
const exitCode = files.length === 0 ? 1 : await runTap();
if (files.length === 0) console.log('no test file was found');
const { passed, failed } = report.counts;
// A run in which nothing was checked is no success.
if (failed === 0 && (exitCode !== 0 || passed === 0)) report.addFailure();
console.log(report.closingLine);
process.exitCode = report.counts.failed > 0 ? 1 : 0;

/** Files stand for themselves, folders for the tests in them. */
function testFiles(names) {
  const patterns = names.length === 0 ? ['test'] : names;
  return patterns
    .flatMap((name) => (name.endsWith('.ts') ? [name] : globSync(`${name.replace(/\/$/, '')}/**/*.test.ts`)))
    .toSorted();
}

async function runTap() {
  await buildTap();
  const options = ['--disable-coverage', '--jobs=3', '--no-bail', '--timeout=420', '--reporter=tap'];
  options.push('--node-arg=--import=./test/property-seed.ts');
  const tap = spawnTap([...options, ...files], ['ignore', 'pipe', 'inherit']);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => tap.kill(signal));
  for await (const line of createInterface({ input: tap.stdout })) report.read(line);
  return await new Promise((resolve) => {
    const done = () => resolve(tap.exitCode ?? 128 + constants.signals[tap.signalCode]);
    if (tap.exitCode !== null || tap.signalCode !== null) done();
    else tap.once('exit', done);
  });
}

/** tap comes with its TypeScript plugin built in; package.json takes it out, which needs one build an install. */
async function buildTap() {
  const built = readFileSync('node_modules/@tapjs/test/test-built/dist/esm/index.js', 'utf8');
  if (!built.includes('@tapjs/typescript')) return;
  await once(spawnTap(['build'], ['ignore', 'ignore', 'inherit']), 'exit');
}

function spawnTap(words, stdio) {
  // Each test file and each gateway that it starts is a process that reads hundreds of modules.
  const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules/.cache/compiled');
  const env = { ...process.env, NODE_COMPILE_CACHE };
  return spawn('node_modules/.bin/node', ['node_modules/tap/dist/esm/run.mjs', ...words], { stdio, env });
}
