import t from 'tap';
import { bannedCalls, onlyTests } from './tidy/banned.ts';
import { fileCap, functionCap } from './tidy/caps.ts';
import { deadExports, deadFiles } from './tidy/dead-code.ts';
import { ownedPackages, owners, packagesOf } from './tidy/packages.ts';
import { readSources, readTexts } from './tidy/repository.ts';
import { arrows, families } from './tidy/rooms.ts';
import { findingsOfCanary, type Finding } from './tidy/rule.ts';
import { fileNames, words, wordsIn } from './tidy/words.ts';

const rules = [
  arrows,
  families,
  owners,
  fileCap,
  functionCap,
  bannedCalls,
  onlyTests,
  deadFiles,
  deadExports,
  words,
  fileNames,
];
const texts = readTexts();
const sources = readSources(texts);

t.test('the rules see the repository', (t) => {
  t.ok(sources.length > 100, `${sources.length} source files`);
  for (const path of [
    'gateway/main.ts',
    'gateway/app.ts',
    'package.json',
    'README.md',
    'Dockerfile',
    '.ci/run',
  ]) {
    t.ok(texts.has(path), path);
  }
  t.end();
});

for (const rule of rules) {
  t.test(rule.title, (t) => {
    t.same(rule.check(sources).map(inOneLine), []);
    t.end();
  });
  t.test(`a rule that can fail: ${rule.title}`, (t) => {
    for (const canary of rule.canaries) {
      t.same(
        findingsOfCanary(rule, canary),
        canary.finds,
        Object.values(canary.files).join(' ').slice(0, 60).trim(),
      );
    }
    t.end();
  });
}

t.test('what is not code holds no secret and no note to self either', (t) => {
  const others = [...texts].filter(([path]) => !/\.(ts|mjs|js)$/.test(path));
  t.same(others.flatMap(([path, text]) => wordsIn(path, text)).map(inOneLine), []);
  t.end();
});

t.test('what ships depends on the packages it imports, each at one exact version', (t) => {
  const manifest = JSON.parse(texts.get('package.json') ?? '{}') as Record<string, Record<string, string>>;
  const dependencies = ['dependencies', 'optionalDependencies']
    .flatMap((group) => Object.keys(manifest[group] ?? {}))
    .sort();
  t.same(dependencies, [...ownedPackages].sort(), 'each dependency has an owner');
  const imported = packagesOf(sources);
  // The page takes uPlot as an asset: no module imports it by name.
  t.same(
    dependencies.filter((name) => !imported.has(name) && name !== 'uplot'),
    [],
    'each dependency is imported',
  );
  for (const group of ['dependencies', 'optionalDependencies', 'devDependencies']) {
    for (const [name, version] of Object.entries(manifest[group] ?? {})) {
      t.match(version, /^\d+\.\d+\.\d+$/, `${group}: ${name} ${version}`);
    }
  }
  t.end();
});

function inOneLine({ path, line, what }: Finding): string {
  return `${path}:${line} ${what}`;
}
