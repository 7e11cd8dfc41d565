// npm run bench [-- name …]: each bench/<name>.ts in turn, in a process of its own; all when none is named.
// Modules that benchmarks share stand in folders, or are named measure*.ts.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

process.chdir(join(import.meta.dirname, '..'));
const all = globSync('dist/bench/*.js')
  .map((path) => basename(path, '.js'))
  .filter((name) => !name.startsWith('measure'))
  .toSorted();
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const options = process.argv.slice(2).filter((argument) => argument.startsWith('-'));
const unknown = named.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(', ')}; there are: ${all.join(', ')}`);
  process.exit(2);
}
for (const name of named.length > 0 ? named : all) {
  console.log(`# ${name}`);
  const { status } = spawnSync('node_modules/.bin/node', [`dist/bench/${name}.js`, ...options], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
