import fc from 'fast-check';
import t from 'tap';
import { createPaint } from '../../../gateway/faces/cli/paint.ts';
import { rowsCsv, rowsView } from '../../../gateway/faces/cli/rows-view.ts';
import { readCsv } from '../../features/harvest/read-csv.ts';

const plain = createPaint({ write: () => undefined }, {});
const atMs = Date.UTC(2026, 2, 7, 8);

function answerOf(quantities: readonly string[], values: readonly (number | string | null)[]): unknown {
  const columns = quantities.map((quantity) => ({ quantity, unit: quantity.endsWith('_w') ? 'W' : '' }));
  return {
    tables: [{ device: 'p1', columns, rows: [{ atMs, values, qualities: values.map(() => 'good') }] }],
  };
}

t.test('a table has as many columns beside each other as the terminal has room for', (t) => {
  const quantities = Array.from({ length: 12 }, (_, index) => `power_of_phase_${index}_w`);
  const answer = answerOf(
    quantities,
    quantities.map((_, index) => index),
  );
  const whole = rowsView(answer, plain).trimEnd().split('\n');
  t.equal(whole.length, 3, 'where it is no terminal, a row is one line');
  const narrow = rowsView(answer, plain, 80).trimEnd().split('\n');
  t.ok(narrow.every((line) => line.length <= 80));
  t.same(narrow.join(' ').match(/power_of_phase_\d+_w/g), quantities, 'and none is left out');
  t.same(narrow.join(' ').match(/\d+ W/g), whole.join(' ').match(/\d+ W/g));
  const tiny = rowsView(answer, plain, 10);
  t.same(tiny.match(/power_of_phase_\d+_w/g), quantities, 'nor on a screen that is too narrow for one');
  t.end();
});

t.test('what is not good says so, what was not read is empty, and nothing moves the cursor', (t) => {
  const columns = ['a_w', 'b_w', 'c_w', 'd', 'e'].map((quantity) => ({ quantity, unit: 'W' }));
  const row = {
    atMs,
    values: [1, null, null, 2, '\u001b[2J'],
    qualities: ['suspect', 'sensor_error', null, 'estimated', 'good'],
  };
  const text = rowsView({ tables: [{ device: 'p1\u001b', columns, rows: [row] }] }, plain);
  t.match(text, /1 W suspect {2}sensor_error {2,}2 W estimated/);
  t.notMatch(text, /\u001b/);
  t.equal(rowsView({ tables: [] }, plain), 'Nothing has been read yet.\n');
  t.end();
});

t.test('whatever words a source says, a reader of CSV finds them again', (t) => {
  const word = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(
      fc.array(fc.oneof(word, fc.double({ noNaN: true }), fc.constant(null)), { minLength: 1 }),
      (values) => {
        const text = rowsCsv(
          answerOf(
            values.map((_, index) => `q${index}`),
            values,
          ),
        );
        const [heading, ...lines] = text.split('\r\n');
        const [, cells] = readCsv(lines.join('\r\n'));
        const expected = values.map((value) =>
          typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value ?? ''),
        );
        t.same([heading, cells], ['# p1', [new Date(atMs).toISOString(), ...expected]]);
      },
    ),
    { numRuns: 100 },
  );
  t.end();
});
