import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { exitCodes } from '../gateway/core/exit-codes.ts';

const root = join(import.meta.dirname, '..');
const pages = globSync(['*.md', 'docs/**/*.md', 'modbus-sim/*.md'], { cwd: root });
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };

t.test('every link between pages leads somewhere', (t) => {
  t.ok(pages.length >= 10);
  for (const page of pages) {
    for (const [, target = ''] of read(page).matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
      if (/^https?:/.test(target)) continue;
      t.ok(existsSync(join(root, dirname(page), target)), `${page}: ${target}`);
    }
  }
  t.end();
});

t.test('every npm script that a page names exists, and every one is in the table for contributors', (t) => {
  const known = new Set(Object.keys(manifest.scripts));
  for (const page of pages) {
    for (const [, script = ''] of read(page).matchAll(/\bnpm run ([a-z-]+)/g)) {
      t.ok(known.has(script), `${page}: npm run ${script}`);
    }
  }
  const table = read('docs/contributor.md');
  for (const script of known) t.match(table, new RegExp(`npm (run )?${script}\\b`), script);
  t.end();
});

t.test('the commands on the first page are those that continuous integration runs', (t) => {
  const readme = read('README.md');
  t.match(readme, /^ {4}npm ci\n {4}npm start$/m);
  t.match(readme, /npm ci && npm test/);
  t.match(read('.ci/run'), /^npm ci$[^]*^npm test /m);
  t.end();
});

t.test('the exit codes of a start that fails are those of the program', (t) => {
  const rows = [...read('docs/fleet-operator.md').matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  t.same(
    rows,
    Object.values(exitCodes).filter((code) => code >= 3 && code <= 10),
  );
  t.end();
});
