// node scripts/make-client.mjs: writes what is generated of the client in docs/client/, from what the commands declare.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientFiles } from './client/client-files.mjs';

const folder = join(import.meta.dirname, '..', 'docs', 'client', 'operations');
const files = await clientFiles();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const [name, text] of files) writeFileSync(join(folder, name), text);
console.log(`${files.size} files in ${folder}`);
