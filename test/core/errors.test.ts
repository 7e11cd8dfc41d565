import { readFileSync } from 'node:fs';
import t from 'tap';
import { allErrorCodes, describeError, errorCodeOf, GatewayError } from '../../gateway/core/errors.ts';

const lines = readFileSync(new URL('../../docs/ERRORS.md', import.meta.url), 'utf8').split('\n');
const rows = lines
  .filter((line) => line.startsWith('| `'))
  .map((line) => {
    const [, code = '', meaning = '', again = '', remedy = ''] = line.split('|').map((cell) => cell.trim());
    return { code: code.replaceAll('`', ''), meaning, again, remedy };
  });

t.test('every code has its line in docs/ERRORS.md, and no line lacks its code', (t) => {
  t.same(new Set(rows.map(({ code }) => code)), new Set(allErrorCodes));
  t.equal(rows.length, allErrorCodes.length, 'each once');
  t.end();
});

t.test('the lines are sorted, and each says what it means and what to do', (t) => {
  const codes = rows.map(({ code }) => code);
  t.same(codes, [...codes].sort());
  for (const { code, meaning, remedy } of rows) t.ok(meaning.length > 10 && remedy.length > 5, code);
  t.end();
});

t.test('the page and the code agree on what may be tried again', (t) => {
  for (const { code, again } of rows) {
    const error = new GatewayError(code as (typeof allErrorCodes)[number], 'test');
    t.equal(again, error.retryable ? 'yes' : 'no', code);
  }
  t.end();
});

t.test('an error describes itself on one line with what to do', (t) => {
  const cause = new TypeError('inner');
  const error = new GatewayError('not_found', 'no such device', { hint: 'see the list', cause });
  t.equal(describeError(error), 'no such device (see the list)');
  t.equal(error.cause, cause);
  t.equal(errorCodeOf(error), 'not_found');
  t.equal(errorCodeOf(cause), undefined);
  t.equal(describeError(cause), 'inner');
  t.equal(describeError('text'), 'text');
  t.type(describeError(Object.create(null)), 'string');
  t.end();
});
