import t from 'tap';
import { TestReport, type EndedFile } from '../../scripts/test-report.ts';

const path = 'test/a.test.ts';

function reportOf(...files: readonly Partial<EndedFile>[]): { written: string[]; report: TestReport } {
  const written: string[] = [];
  const report = new TestReport((line: string) => written.push(line));
  for (const file of files) report.add({ path, output: '', exitCode: 0, seconds: 1.2345, ...file });
  return { written, report };
}

t.test('a file that passed is one line, with its skipped tests and their reasons', (t) => {
  const output = [
    'TAP version 14',
    '# Subtest: one',
    '    ok 1 - works',
    '    ok 2 - in a browser # SKIP no /usr/bin/chromium',
    '    1..2',
    'ok 1 - one # time=3ms',
    'ok 2 - another # SKIP no gcc',
    '1..2',
    '# { total: 3, pass: 1, skip: 2 }',
    '# time=1200ms',
  ].join('\n');
  const { written, report } = reportOf({ output: `${output}\n` });
  t.same(written, [
    '        ok 2 - in a browser # SKIP no /usr/bin/chromium',
    '    ok 2 - another # SKIP no gcc',
    'ok test/a.test.ts (1.2 s)',
  ]);
  t.equal(report.closingLine, '1 passed, 0 failed, 2 skipped');
  t.end();
});

t.test('a file that failed is shown whole', (t) => {
  const failed = ['not ok 1 - x', '  ---', '  diff: y', '  ...', '# { total: 3, pass: 2, fail: 1 }'];
  const { written, report } = reportOf({ output: failed.join('\n'), exitCode: 1 });
  t.same(written, [...failed.map((line) => `    ${line}`), 'not ok test/a.test.ts (exit code 1, 1.2 s)']);
  t.equal(report.closingLine, '2 passed, 1 failed');
  t.end();
});

t.test('the counts of files are added up', (t) => {
  const { report } = reportOf(
    { output: '# { total: 2, pass: 2 }' },
    { output: '# { total: 4, pass: 1, fail: 2, skip: 1 }', exitCode: 1 },
  );
  t.same(report.counts, { passed: 3, failed: 2, skipped: 1 });
  t.end();
});

t.test('a file that broke without a failed test counts one failure', (t) => {
  const broken: readonly Partial<EndedFile>[] = [
    { output: 'SyntaxError', exitCode: 1 },
    { output: '# { total: 2, pass: 2 }', exitCode: 1 },
    { output: '    ok 1 - one', exitCode: undefined },
  ];
  for (const file of broken) t.equal(reportOf(file).report.counts.failed, 1);
  t.match(reportOf(broken[2] ?? {}).written.at(-1), 'killed');
  t.end();
});

t.test('a file without a test has failed, whatever it says', (t) => {
  for (const output of ['', '1..0', '# { total: 0 }']) {
    t.equal(reportOf({ output }).report.closingLine, '0 passed, 1 failed');
  }
  t.end();
});
