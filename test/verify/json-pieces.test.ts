import fc from 'fast-check';
import t from 'tap';
import { JsonPieces, type JsonPiece } from '../../verify/json-pieces.ts';

function piecesOf(text: string, cuts: readonly number[] = []): readonly JsonPiece[] {
  const bytes = Buffer.from(text);
  const pieces = new JsonPieces();
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort(
    (one, other) => one - other,
  );
  const found = ends.flatMap((end, at) => [...pieces.push(bytes.subarray(ends[at - 1] ?? 0, end))]);
  return [...found, ...pieces.close()];
}

t.test('objects are found in lines, in lists and one after the other, each with its line', (t) => {
  const object = '{"a":"}\\"{[","b":[{}]}';
  t.same(piecesOf(`${object}\n\n{}\n`), [
    { line: 1, text: object },
    { line: 3, text: '{}' },
  ]);
  t.same(piecesOf(`[${object},\n {}\n]`), [
    { line: 1, text: object },
    { line: 2, text: '{}' },
  ]);
  t.same(piecesOf(`${object}{} {}`).length, 3);
  t.same(piecesOf('{\n"a": 1\n}\n{\n}'), [
    { line: 1, text: '{\n"a": 1\n}' },
    { line: 4, text: '{\n}' },
  ]);
  t.same(piecesOf(''), []);
  t.end();
});

t.test('a line that is no object, or breaks off, spoils itself alone', (t) => {
  for (const line of ['nonsense', '{"a":', '{"a":"', '{"a":[', '}', '"{}"']) {
    t.same(
      piecesOf(`{}\n${line}\n{}\n`),
      [{ line: 1, text: '{}' }, { line: 2 }, { line: 3, text: '{}' }],
      line,
    );
  }
  for (const line of ['{"a":', '{"a":[', '{"a":"']) {
    const found = [{ line: 1 }, { line: 2, text: '{}' }, { line: 3, text: '{"b":1}' }];
    t.same(piecesOf(`${line}\n{}\n{"b":1}\n`), found, `${line} as the first`);
  }
  t.same(piecesOf('{"a":\n{"b":'), [{ line: 1 }, { line: 2 }], 'both of two');
  t.same(piecesOf('{"a":'), [{ line: 1 }], 'the only one');
  t.same(piecesOf('[{}'), [{ line: 1, text: '{}' }, { line: 1 }], 'a list without an end');
  t.end();
});

t.test('bytes that are no UTF-8 are no text', (t) => {
  const pieces = new JsonPieces();
  t.same([...pieces.push(Buffer.from([0x7b, 0xff, 0x7d, 0x0a]))], [{ line: 1 }]);
  t.end();
});

t.test('an object is the same in however many chunks it comes', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.json(), fc.string()).map((text) => text.replaceAll('\r', ''))),
      fc.array(fc.nat()),
      (lines, cuts) => {
        const text = lines.join('\n');
        t.same(piecesOf(text, cuts), piecesOf(text), JSON.stringify({ text, cuts }));
      },
    ),
    { numRuns: 60 },
  );
  t.end();
});
