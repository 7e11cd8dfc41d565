import t from 'tap';
import { batchProgram, testRuns } from '../../scripts/test-batches.ts';

const plain = "import t from 'tap';\nt.test('one', (t) => { t.end(); });\n";
const textsThatNeedTheirOwnProcess = [
  "process.env['TZ'] = 'UTC';",
  "import { connect } from 'node:net';",
  "import { mkdtempSync } from 'node:fs';",
  't.setTimeout(300_000);',
  't.teardown(() => undefined);',
  "const { a } = await import('./a.ts');",
  'await prepare();',
  "import { temporaryFolder } from '../temporary-folder.ts';",
  "const database = openWorkerDatabase('x');",
  "import { live } from '../sim/live.ts';",
];

t.test('tests of pure functions share a process, in their order, sixteen at most', (t) => {
  const files = Array.from(
    { length: 38 },
    (_, index) => `test/core/a${String(index).padStart(2, '0')}.test.ts`,
  );
  const runs = testRuns(files, () => plain);
  t.same(
    runs.map((run) => run.files.length),
    [16, 16, 6],
  );
  t.same(
    runs.flatMap((run) => run.files),
    files,
  );
  t.equal(runs[0]?.name, 'test/core/a00.test.ts and 15 more');
  t.end();
});

t.test('whatever touches the whole process has one of its own', (t) => {
  for (const text of textsThatNeedTheirOwnProcess) {
    const runs = testRuns(['test/core/a.test.ts', 'test/core/b.test.ts', 'test/core/c.test.ts'], (path) =>
      path.includes('b.') ? `${plain}${text}\n` : plain,
    );
    t.same(
      runs.map((run) => run.files),
      [['test/core/b.test.ts'], ['test/core/a.test.ts', 'test/core/c.test.ts']],
      text,
    );
  }
  t.end();
});

t.test('tests of other folders, and one that nobody is beside, are by themselves', (t) => {
  const runs = testRuns(['test/sim/a.test.ts', 'test/core/b.test.ts'], () => plain);
  t.same(runs, [
    { name: 'test/sim/a.test.ts', files: ['test/sim/a.test.ts'] },
    { name: 'test/core/b.test.ts', files: ['test/core/b.test.ts'] },
  ]);
  t.end();
});

t.test('the program of a batch names each file from the root on', (t) => {
  t.equal(
    batchProgram(['test/core/a.test.ts', 'test/core/b.test.ts']),
    'import "./test/core/a.test.ts";\nimport "./test/core/b.test.ts";',
  );
  t.end();
});
