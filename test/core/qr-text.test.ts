import fc from 'fast-check';
import t from 'tap';
import { qrText, qrTextWidth } from '../../gateway/core/qr-text.ts';
import '../property-seed.ts';

/** What a camera sees: rows of modules, without the light around them. */
function modulesIn(lines: readonly string[]): readonly string[] {
  const halves: Readonly<Record<string, readonly [string, string]>> = {
    '█': ['0', '0'],
    '▀': ['0', '1'],
    '▄': ['1', '0'],
    ' ': ['1', '1'],
  };
  const rows = lines.flatMap((line) =>
    [0, 1].map((half) => Array.from(line, (character) => halves[character]?.[half] ?? '?').join('')),
  );
  return rows.slice(4, -4).map((row) => row.slice(4, -4));
}

const squares = fc.integer({ min: 1, max: 40 }).chain((size) =>
  fc.array(fc.array(fc.constantFrom('0', '1'), { minLength: size, maxLength: size }), {
    minLength: size,
    maxLength: size,
  }),
);

t.test('what is drawn is the code, with light around it', (t) => {
  fc.assert(
    fc.property(squares, (square) => {
      const rows = square.map((row) => row.join(''));
      const lines = qrText(rows, false);
      // A row that is left over below has nothing under it.
      const seen = modulesIn(lines.length * 2 > rows.length + 8 ? [...lines, ''] : lines);
      return (
        seen.slice(0, rows.length).join() === rows.join() &&
        lines.every((line) => line.length === qrTextWidth(rows)) &&
        lines.slice(0, 2).every((line) => /^█+$/.test(line))
      );
    }),
  );
  t.end();
});

t.test('colours stand around each line, so that a light terminal shows it as a dark one does', (t) => {
  const rows = ['101', '010', '101'];
  const plain = qrText(rows, false);
  t.same(
    qrText(rows, true),
    plain.map((line) => `\u001b[38;5;231;48;5;16m${line}\u001b[0m`),
  );
  t.end();
});
