import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import t from 'tap';
import ts from 'typescript';
import { checkNodeVersion } from '../../gateway/system/node-version.ts';

t.test('Node 24 and newer will do', (t) => {
  for (const version of ['v24.0.0', 'v24.21.0', '24.1.0', 'v25.0.0-nightly', 'v100.0.0', process.version]) {
    t.equal(checkNodeVersion(version), undefined, version);
  }
  t.end();
});

t.test('older ones, and what is no version, are named with what to do', (t) => {
  for (const version of ['v23.11.1', 'v20.19.2', 'v4.0.0', 'v0.12.18', '', 'next']) {
    t.match(checkNodeVersion(version), new RegExp(`needs Node 24 .*this is ${version}.*npm start`));
  }
  t.end();
});

t.test('the check itself imports nothing and uses no syntax that is newer than ES2015', (t) => {
  const source = readFileSync(new URL('../../gateway/system/node-version.ts', import.meta.url), 'utf8');
  t.notMatch(source, /\bimport\b.*\bfrom\b|\brequire\b/);
  const plain = stripTypeScriptTypes(source);
  const compile = (target: ts.ScriptTarget): string =>
    ts.transpileModule(plain, {
      compilerOptions: { target, module: ts.ModuleKind.ESNext, removeComments: true },
    }).outputText;
  t.equal(compile(ts.ScriptTarget.ES2015), compile(ts.ScriptTarget.ESNext));
  t.end();
});
