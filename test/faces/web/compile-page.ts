import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** Compiles the page's modules to dist/, where the gateway run from source finds them. Quick when nothing changed. */
export function compilePage(): void {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const project = join(root, 'gateway/faces/web/page/tsconfig.json');
  execFileSync(process.execPath, [compiler, '-p', project], { stdio: ['ignore', 'inherit', 'inherit'] });
}
