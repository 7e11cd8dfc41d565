import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const made = join(root, 'dist');
const lock = join(made, '.page-lock');
const waitMs = 100;

/**
 * Compiles the page's modules to dist/, where the gateway run from source finds them. Quick when nothing changed. One
 * at a time: several tests begin with it together, and a module that another compiler writes just then is served in part.
 */
export function compilePage(): void {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const project = join(root, 'gateway/faces/web/page/tsconfig.json');
  mkdirSync(made, { recursive: true });
  while (!tookLock()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
  try {
    execFileSync(process.execPath, [compiler, '-p', project], { stdio: ['ignore', 'inherit', 'inherit'] });
  } finally {
    rmSync(lock, { force: true });
  }
}

function tookLock(): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (isLeftBehind()) rmSync(lock, { force: true });
    return false;
  }
}

/** Whose process is gone. */
function isLeftBehind(): boolean {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    if (owner > 0) process.kill(owner, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
