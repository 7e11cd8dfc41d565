import t from 'tap';
import { TestReport } from '../../scripts/test-report.ts';

function reportOf(...lines: readonly string[]): { written: string[]; report: TestReport } {
  const written: string[] = [];
  const report = new TestReport((line: string) => written.push(line));
  for (const line of lines) report.read(line);
  return { written, report };
}

t.test('a file that passed is one line, with its skipped tests and their reasons', (t) => {
  const { written, report } = reportOf(
    '# Subtest: test/a.test.ts',
    '    ok 1 - works',
    '    ok 2 - in a browser # SKIP no /usr/bin/chromium',
    '    1..2',
    'ok 1 - test/a.test.ts # time=1234.5ms',
    '# { total: 2, pass: 1, skip: 1 }',
  );
  t.same(written, ['ok test/a.test.ts (1.2 s)', '    ok 2 - in a browser # SKIP no /usr/bin/chromium']);
  t.equal(report.closingLine, '1 passed, 0 failed, 1 skipped');
  t.end();
});

t.test('a file that failed is shown whole, and what follows it is not', (t) => {
  const failed = ['    not ok 1 - x', '      ---', '      diff: y', '      ...', 'not ok 1 - test/a.test.ts'];
  const { written, report } = reportOf(
    ...failed,
    '  ---',
    '  ...',
    'ok 2 - test/b.test.ts # time=10ms',
    '    ok 1 - deep inside the next',
    'ok 3 - test/c.test.ts # time=10ms',
    '# { total: 3, pass: 2, fail: 1 }',
    '# time=100ms',
  );
  t.same(written, [...failed, '  ---', '  ...', 'ok test/b.test.ts (0.0 s)', 'ok test/c.test.ts (0.0 s)']);
  t.equal(report.closingLine, '2 passed, 1 failed');
  t.end();
});

t.test('a run that broke without a failed test counts one failure', (t) => {
  const { report } = reportOf('1..0');
  report.addFailure();
  t.equal(report.closingLine, '0 passed, 1 failed');
  t.end();
});
