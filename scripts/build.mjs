// npm run build: compiles to dist/, copies the page's assets and makes the set-up page. Does nothing when nothing changed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

process.chdir(join(import.meta.dirname, '..'));
const node = 'node_modules/.bin/node';
const stampPath = 'dist/.built.json';
const pageProject = 'gateway/faces/web/page/tsconfig.json';
const sources = globSync([
  '{gateway,ble,modbus-sim,sim,verify,bench}/**/*.*',
  'tsconfig*.json',
  'package-lock.json',
  'scripts/{build,copy-assets,make-setup-page}.mjs',
]).toSorted();
const stamp = {
  files: createHash('sha256').update(sources.join('\n')).digest('hex'),
  states: createHash('sha256').update(sources.map(stateOf).join('\n')).digest('hex'),
};
const last = existsSync(stampPath) ? JSON.parse(readFileSync(stampPath, 'utf8')) : {};

if (last.states !== stamp.states) {
  // A source that is gone must not live on in dist/.
  if (last.files !== stamp.files) rmSync('dist', { recursive: true, force: true });
  const projects = ['tsconfig.build.json', pageProject].filter((path) => existsSync(path));
  const codes = await Promise.all(projects.map((path) => run('node_modules/typescript/bin/tsc', '-p', path)));
  if (codes.every((code) => code === 0) && existsSync('scripts/copy-assets.mjs')) {
    codes.push(await run('scripts/copy-assets.mjs'), await run('scripts/make-setup-page.mjs'));
  }
  process.exitCode = Math.max(...codes);
  if (process.exitCode === 0) {
    mkdirSync(dirname(stampPath), { recursive: true });
    writeFileSync(stampPath, JSON.stringify(stamp));
  }
}

function stateOf(path) {
  const { size, mtimeMs } = statSync(path);
  return `${path} ${size} ${mtimeMs}`;
}

function run(...parameters) {
  return new Promise((resolve) => {
    const child = spawn(node, parameters, { stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
