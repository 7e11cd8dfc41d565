import ts from 'typescript';
import type { Finding, Rule } from './rule.ts';
import { lineOf, nodesOf, type SourceFile } from './source-file.ts';

const fileLinesMax = 400;
const functionLinesMax = 70;
const parametersMax = 4;

export const fileCap: Rule = {
  title: `no file is longer than ${fileLinesMax} lines`,
  check: (files) =>
    files
      .filter(({ lines }) => lines > fileLinesMax)
      .map(({ path, lines }) => ({ path, line: lines, what: `${lines} lines` })),
  canaries: [
    { files: { 'gateway/core/a.ts': '\n'.repeat(401) }, finds: ['gateway/core/a.ts:401'] },
    { files: { 'gateway/core/a.ts': '\n'.repeat(400) }, finds: [] },
  ],
};

export const functionCap: Rule = {
  title: `no function is longer than ${functionLinesMax} lines or takes more than ${parametersMax} parameters`,
  check: (files) => files.flatMap(checkFile),
  canaries: [
    { files: { 'gateway/core/a.ts': `function f() {${'\n'.repeat(70)}}` }, finds: ['gateway/core/a.ts:1'] },
    { files: { 'gateway/core/a.ts': `function f() {${'\n'.repeat(69)}}` }, finds: [] },
    {
      files: { 'gateway/core/a.ts': `const f = () => {${'\n'.repeat(70)}};` },
      finds: ['gateway/core/a.ts:1'],
    },
    { files: { 'test/a.test.ts': `t.test('x', () => {${'\n'.repeat(70)}});` }, finds: [] },
    { files: { 'gateway/core/a.ts': 'class A { f(a, b, c, d, e) {} }' }, finds: ['gateway/core/a.ts:1'] },
  ],
};

function checkFile({ path, tree }: SourceFile): Finding[] {
  // A test is one function that holds the tests in it: its length says nothing.
  const isTest = /^(test|rest-test|bench)\//.test(path);
  const findings: Finding[] = [];
  for (const node of nodesOf(tree)) {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) continue;
    const line = lineOf(tree, node);
    const lines = tree.getLineAndCharacterOfPosition(node.end).line + 2 - line;
    if (lines > functionLinesMax && !isTest)
      findings.push({ path, line, what: `a function of ${lines} lines` });
    const { length } = node.parameters;
    if (length > parametersMax) findings.push({ path, line, what: `a function of ${length} parameters` });
  }
  return findings;
}
