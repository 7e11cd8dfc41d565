// Copies what the compiler leaves behind: the page's own files that are not TypeScript.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const page = 'gateway/faces/web/page';

mkdirSync(join(root, 'dist', page), { recursive: true });
for (const name of ['index.html', 'style.css', 'jobs.css', 'boiler.css', 'tempo.css', 'setup.css']) {
  copyFileSync(join(root, page, name), join(root, 'dist', page, name));
}
