import ts from 'typescript';
import { type Finding, type Rule } from './rule.ts';
import { nodesOf, type ExportedName, type SourceFile } from './source-file.ts';

/** Where running starts. What no other file leads to from here is dead. */
const entries: readonly RegExp[] = [
  /^gateway\/main\.ts$/,
  /^gateway\/faces\/cli\/main\.ts$/,
  /^gateway\/faces\/web\/page\/(main|load-again)\.ts$/,
  /^ble\/client\/page\/main\.ts$/,
  // Started by name, with the ending of the file that starts it.
  /^gateway\/storage\/database-worker\.ts$/,
  /^gateway\/storage\/upkeep\/long-call-worker\.ts$/,
  /^gateway\/io\/sources\/blocking-worker\.ts$/,
  /^gateway\/faces\/discord\/bot-worker\.ts$/,
  /^sim\/(start|main|demo-blocking-worker)\.ts$/,
  /^modbus-sim\/main\.ts$/,
  /^verify\/main\.ts$/,
  /^ble\/main\.ts$/,
  /^bench\/(?!measure)[a-z0-9-]+\.ts$/,
];
const testEntries: readonly RegExp[] = [
  /^test\/.*\.test\.ts$/,
  /^test\/.*\/fixtures\//,
  // Imported by every run of tests, before the test.
  /^test\/property-seed\.ts$/,
  /^rest-test\/.*\.test\.ts$/,
  /^(scripts|deploy)\//,
  // Made to be copied by others.
  /^docs\/client\//,
  /\.config\.js$/,
];

export const deadFiles: Rule = {
  title: 'every file is reached from where the gateway, the simulation, a tool or a test starts',
  check: (files) => {
    const shipped = reachedFrom(files, entries);
    const all = reachedFrom(files, [...entries, ...testEntries]);
    return files
      .filter(({ path }) => !(isTooling(path) ? all : shipped).has(path))
      .map(({ path }) => ({ path, line: 1, what: 'is reached from no entry' }));
  },
  canaries: [
    {
      files: {
        'gateway/main.ts': "void import('./app.ts');",
        'gateway/app.ts': "new Worker(new URL('./storage/worker.ts', import.meta.url));",
        'gateway/storage/worker.ts': '',
        'gateway/core/dead.ts': 'export const x = 1;',
        'test/core/dead.test.ts': "import { x } from '../../gateway/core/dead.ts';",
        'test/core/unused.ts': '',
      },
      finds: ['gateway/core/dead.ts:1', 'test/core/unused.ts:1'],
    },
  ],
};

export const deadExports: Rule = {
  title: 'everything exported is imported somewhere',
  check: (files) => {
    const taken = takenNames(files);
    return files
      .filter(({ path }) => ![...entries, ...testEntries].some((entry) => entry.test(path)))
      .flatMap((file) => deadExportsOf(file, taken.get(file.path) ?? new Set()));
  },
  canaries: [
    {
      files: {
        'gateway/core/a.ts': [
          'export const used = 1;',
          'export const dead = 2;',
          'export interface Shape { x: number }',
          'export interface Dead { x: number }',
          'export function make(): Shape { return { x: used }; }',
          "export { other } from './b.ts';",
        ].join('\n'),
        'gateway/core/b.ts': 'export const other = 1;',
        'gateway/core/c.ts': "import { used, make as build } from './a.ts';",
      },
      finds: ['gateway/core/a.ts:2', 'gateway/core/a.ts:4', 'gateway/core/a.ts:6'],
    },
  ],
};

function isTooling(path: string): boolean {
  return /^(test|rest-test|scripts|deploy|bench|sim|docs\/client)\//.test(path) || !path.includes('/');
}

function reachedFrom(files: readonly SourceFile[], starts: readonly RegExp[]): ReadonlySet<string> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const open = files.filter(({ path }) => starts.some((start) => start.test(path))).map(({ path }) => path);
  const reached = new Set<string>();
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const file = byPath.get(path);
    if (file === undefined || reached.has(path)) continue;
    reached.add(path);
    for (const { target } of file.imports) if (target !== undefined) open.push(target);
  }
  return reached;
}

function takenNames(files: readonly SourceFile[]): ReadonlyMap<string, ReadonlySet<string>> {
  const taken = new Map<string, Set<string>>();
  for (const { imports } of files) {
    for (const { target, names } of imports) {
      if (target === undefined) continue;
      const of = taken.get(target) ?? new Set();
      for (const name of names) of.add(name);
      taken.set(target, of);
    }
  }
  return taken;
}

function deadExportsOf(file: SourceFile, taken: ReadonlySet<string>): Finding[] {
  if (taken.has('*')) return [];
  return file.exports
    .filter((exported) => !taken.has(exported.name) && !isPartOfAnother(file, exported))
    .map(({ name, line }) => ({ path: file.path, line, what: `nobody imports ${name}` }));
}

/** A type that stands in what else the file exports is known by that, whether or not anyone names it. */
function isPartOfAnother({ tree }: SourceFile, { name, isType }: ExportedName): boolean {
  if (!isType) return false;
  return [...nodesOf(tree)].some(
    (node) => ts.isTypeReferenceNode(node) && node.typeName.getText(tree) === name,
  );
}
