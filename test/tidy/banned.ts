import ts from 'typescript';
import { isIn, type Finding, type Rule } from './rule.ts';
import { lineOf, nodesOf, type SourceFile } from './source-file.ts';

/** What only some may write, and who. */
interface Ban {
  readonly what: string;
  readonly owners: readonly string[];
  matches(node: ts.Node, tree: ts.SourceFile): boolean;
}

/** Tests and tools run on the machine's own clock. */
const tools = ['test/', 'rest-test/', 'bench/', 'scripts/', 'deploy/', 'docs/client/'];
const clockOwners = [
  ...tools,
  'gateway/system/',
  // A thread of its own, which no virtual clock reaches.
  'gateway/io/sources/blocking-service.ts',
  'ble/main.ts',
  'ble/real-clock.ts',
  'sim/',
  'modbus-sim/accelerated-clock.ts',
  'modbus-sim/main.ts',
];
const timerOwners = [
  ...clockOwners,
  'gateway/engine/',
  'modbus-sim/radio/air-timer.ts',
  'modbus-sim/server.ts',
  'modbus-sim/served-connection.ts',
];
/** Pages have the browser's clock and timers, of which one module keeps each. */
const pages = ['gateway/faces/web/page/', 'ble/client/page/'];
const timers = new Set(['setTimeout', 'setInterval', 'setImmediate']);

const bans: readonly Ban[] = [
  { what: 'Date.now', owners: [...clockOwners, ...pages], matches: isMember('Date', 'now') },
  {
    what: 'new Date() without an instant',
    owners: [...clockOwners, ...pages],
    matches: (node) =>
      (ts.isNewExpression(node) && isName(node.expression, 'Date') && (node.arguments ?? []).length === 0) ||
      (ts.isCallExpression(node) && isName(node.expression, 'Date')),
  },
  { what: 'performance.now', owners: [...clockOwners, ...pages], matches: isMember('performance', 'now') },
  { what: 'process.hrtime', owners: clockOwners, matches: isMember('process', 'hrtime') },
  {
    what: 'a timer',
    owners: [...timerOwners, ...pages],
    matches: (node) => ts.isIdentifier(node) && timers.has(node.text) && isReference(node),
  },
  { what: 'Math.random', owners: ['gateway/system/'], matches: isMember('Math', 'random') },
  {
    what: 'process.env',
    owners: [...tools, 'ble/main.ts', 'gateway/main.ts', 'gateway/system/', 'gateway/config/', 'sim/'],
    matches: isMember('process', 'env'),
  },
  {
    what: 'process.exit',
    owners: [
      ...tools,
      'ble/main.ts',
      'gateway/run.ts',
      'gateway/stop-signals.ts',
      'gateway/system/',
      'gateway/faces/cli/',
      'sim/',
      'modbus-sim/main.ts',
    ],
    matches: isMember('process', 'exit'),
  },
  {
    what: 'console',
    owners: [
      'gateway/faces/cli/',
      'sim/',
      'bench/',
      'modbus-sim/main.ts',
      'scripts/',
      'deploy/',
      'rest-test/',
    ],
    matches: (node) => ts.isIdentifier(node) && node.text === 'console' && isReference(node),
  },
  {
    what: 'a plain Error',
    owners: tools,
    matches: (node) =>
      (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
      ts.isIdentifier(node.expression) &&
      /^(Type|Range|Syntax|Eval|URI|Reference|Aggregate)?Error$/.test(node.expression.text),
  },
  {
    what: 'code made from text',
    owners: [],
    matches: (node) =>
      (ts.isCallExpression(node) && isName(node.expression, 'eval')) ||
      ((ts.isNewExpression(node) || ts.isCallExpression(node)) && isName(node.expression, 'Function')),
  },
  {
    what: 'a default export',
    owners: ['eslint.config.js'],
    matches: (node) => ts.isExportAssignment(node) || isDefaultModifier(node),
  },
  { what: 'an enum', owners: [], matches: (node) => ts.isEnumDeclaration(node) },
];

export const bannedCalls: Rule = {
  title: 'clocks, timers, chance, environment, console and plain errors are left to their owners',
  check: (files) => files.flatMap(checkFile),
  canaries: [
    ...[
      'const now = Date.now();',
      'const { length } = String(new Date());',
      'const now = performance.now();',
      'const now = process.hrtime.bigint();',
      'const wait = setTimeout;',
      "import { setInterval as every } from 'node:timers';",
      'globalThis.setImmediate(f);',
      'const r = Math.random();',
      "const port = process.env['EGW_PORT'];",
      'process.exit(1);',
      "console.log('x');",
      "throw new Error('x');",
      "reject(new TypeError('x'));",
      "eval('1');",
      "const f = new Function('return 1');",
      'export default function f() {}',
      'export default f;',
      'enum A { B }',
    ].map((text) => ({ files: { 'gateway/features/a/b.ts': text }, finds: ['gateway/features/a/b.ts:1'] })),
    { files: { 'gateway/core/a.ts': 'const a = new Date(atMs);' }, finds: [] },
    { files: { 'gateway/core/a.ts': 'interface A { setTimeout(): void }' }, finds: [] },
    { files: { 'gateway/system/a.ts': 'const now = Date.now();' }, finds: [] },
    { files: { 'gateway/core/a.ts': 'switch (a) { default: f(); }' }, finds: [] },
  ],
};

export const onlyTests: Rule = {
  title: 'no test runs alone',
  check: (files) =>
    files
      .filter(({ path }) => /^(test|rest-test)\//.test(path))
      .flatMap(({ path, tree }) =>
        [...nodesOf(tree)]
          .filter((node) => ts.isPropertyAccessExpression(node) && node.name.text === 'only')
          .map((node) => ({ path, line: lineOf(tree, node), what: '.only' })),
      ),
  canaries: [{ files: { 'test/a.test.ts': "t.only('x', () => {});" }, finds: ['test/a.test.ts:1'] }],
};

function checkFile({ path, tree }: SourceFile): Finding[] {
  const mine = bans.filter(({ owners }) => !isIn(path, owners));
  return [...nodesOf(tree)].flatMap((node) =>
    mine
      .filter((ban) => ban.matches(node, tree))
      .map((ban) => ({ path, line: lineOf(tree, node), what: ban.what })),
  );
}

function isDefaultModifier(node: ts.Node): boolean {
  return (
    node.kind === ts.SyntaxKind.DefaultKeyword &&
    !ts.isDefaultClause(node.parent) &&
    !ts.isExportAssignment(node.parent)
  );
}

function isMember(object: string, member: string): Ban['matches'] {
  return (node) =>
    (ts.isPropertyAccessExpression(node) && node.name.text === member && isName(node.expression, object)) ||
    (ts.isElementAccessExpression(node) &&
      isName(node.expression, object) &&
      ts.isStringLiteral(node.argumentExpression) &&
      node.argumentExpression.text === member);
}

/** `x` or `globalThis.x`. */
function isName(node: ts.Expression, name: string): boolean {
  if (ts.isPropertyAccessExpression(node))
    return node.name.text === name && isName(node.expression, 'globalThis');
  return ts.isIdentifier(node) && node.text === name;
}

/** Whether the name stands for the global thing, or for what is imported, rather than naming a property. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return isName(parent, node.text);
  const isDeclared =
    ts.isMethodSignature(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isPropertyDeclaration(parent);
  return !(isDeclared && parent.name === node);
}
