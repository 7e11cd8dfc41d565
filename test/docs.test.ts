import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { exitCodes } from '../gateway/core/exit-codes.ts';
import { driverIds, findDriver } from '../gateway/io/drivers/index.ts';
import { transports } from '../gateway/io/transports/index.ts';

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

t.test('the first page lists every driver, how many there are, and which can be told something', (t) => {
  const readme = read('README.md');
  const table = readme.slice(readme.indexOf('\n## Devices\n'), readme.indexOf('\n## Test it\n'));
  const rows = [...table.matchAll(/^\|[^|]+\|([^|]+`[^|]+)\|([^|]*)\|$/gm)].map(
    ([, drivers = '', control = '']) => ({
      ids: [...drivers.matchAll(/`([a-z0-9-]+)`/g)].map(([, id = '']) => id),
      control: control.trim(),
    }),
  );
  t.same(new Set(rows.flatMap(({ ids }) => ids)), new Set(driverIds));
  t.ok(readme.includes(`Reads ${driverIds.length} kinds of device`));
  for (const { ids, control } of rows) {
    const drivers = ids.map(findDriver);
    const isControlled = drivers.some(
      (driver) => driver?.controls !== undefined || driver?.discover !== undefined,
    );
    t.equal(control !== '', isControlled, ids.join(', '));
  }
  t.end();
});

t.test('the pages say which drivers can be told something, and over what devices are reached', (t) => {
  const guide = read('docs/controlling-devices.md');
  for (const id of driverIds) {
    for (const { name } of findDriver(id)?.controls ?? [])
      t.ok(guide.includes(`\`${name}\``), `${id} ${name}`);
  }
  const configuration = read('docs/configuration.md');
  for (const { id } of transports) t.match(configuration, new RegExp(`^\\* \`${id}\``, 'm'), id);
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
