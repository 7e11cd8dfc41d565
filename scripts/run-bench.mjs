// npm run bench [-- name …] [--seconds 600]: each bench/<name>.ts in turn, in a process of its own; all, and
// shortly, when none is named. Modules that benchmarks share stand in folders, or are named measure*.ts.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

process.chdir(join(import.meta.dirname, '..'));
const all = globSync('dist/bench/*.js')
  .map((path) => basename(path, '.js'))
  .filter((name) => !name.startsWith('measure'))
  .toSorted();
const { positionals: named, values } = readArguments();
const unknown = named.filter((name) => !all.includes(name));
if (unknown.length > 0) fail(`no benchmark ${unknown.join(', ')}; there are: ${all.join(', ')}`);
const seconds = values.seconds ?? (named.length === 0 ? '20' : undefined);
const options = seconds === undefined ? [] : ['--seconds', seconds];
for (const name of named.length > 0 ? named : all) {
  console.log(`# ${name}`);
  const { status } = spawnSync('node_modules/.bin/node', [`dist/bench/${name}.js`, ...options], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: { seconds: { type: 'string' } } });
  } catch (error) {
    return fail(`${error.message}; usage: npm run bench -- [name …] [--seconds 600]`);
  }
}

function fail(why) {
  console.error(why);
  process.exit(2);
}
