import fc from 'fast-check';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { csvCells, csvLines } from '../../../gateway/io/imports/csv-lines.ts';

const folder = t.testdir();

function linesOf(content: string | Buffer): { row: number; text: string; isCut: boolean; offset: number }[] {
  const path = join(folder, 'file.csv');
  writeFileSync(path, content);
  const file = openSync(path, 'r');
  try {
    return [...csvLines(file)].map(({ row, bytes, isCut, offset }) => ({
      row,
      text: bytes.toString(),
      isCut,
      offset,
    }));
  } finally {
    closeSync(file);
  }
}

t.test('lines end as they do on any system, and know where they stand', (t) => {
  t.same(linesOf(''), []);
  t.same(linesOf('a,b\r\n1,2\n\n3,4'), [
    { row: 1, text: 'a,b', isCut: false, offset: 0 },
    { row: 2, text: '1,2', isCut: false, offset: 5 },
    { row: 3, text: '', isCut: false, offset: 9 },
    { row: 4, text: '3,4', isCut: true, offset: 10 },
  ]);
  t.same(
    linesOf('a\n"x\ny",2\nz\n').map(({ row, text }) => [row, text]),
    [
      [1, 'a'],
      [2, '"x\ny",2'],
      [4, 'z'],
    ],
  );
  t.end();
});

t.test('a quote that nobody closes costs its own line only', (t) => {
  const filler = `${'x'.repeat(99)}\n`.repeat(8_000);
  const lines = linesOf(`a\n"open\n${filler}last\n`);
  t.equal(lines.length, 8_003);
  t.same([lines[1]?.text, lines.at(-1)?.text, lines.at(-1)?.row], ['"open', 'last', 8_003]);
  t.match(
    linesOf('a\n"open\nb\n').map(({ text }) => text),
    ['a', '"open', 'b'],
  );
  t.end();
});

t.test('a line without an end is taken in pieces', (t) => {
  const lines = linesOf('x'.repeat(2_000_000));
  t.ok(lines.length > 3);
  t.ok(lines.every(({ text }) => text.length < 600_000));
  t.end();
});

t.test('cells are those that were written', (t) => {
  const table: readonly (readonly [string, readonly string[]])[] = [
    ['', ['']],
    ['a,,b', ['a', '', 'b']],
    ['"a,b","c""d",', ['a,b', 'c"d', '']],
    ['5" pipe,x', ['5" pipe', 'x']],
    ['"open,x', ['"open', 'x']],
  ];
  for (const [text, cells] of table) t.same(csvCells(text), cells, text);
  t.end();
});

t.test('any table is read back as it was written', (t) => {
  const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'é'), maxLength: 5 });
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 8 }), (rows) => {
      const written = rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(','));
      const read = linesOf(written.map((line) => `${line}\r\n`).join('')).map(({ text }) => csvCells(text));
      t.same(read, rows);
    }),
    { numRuns: 40 },
  );
  t.end();
});
