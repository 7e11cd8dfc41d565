import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { parseDotenv, setInDotenv } from '../../gateway/config/dotenv.ts';

const valuesOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(parseDotenv(text).entries.map(({ name, value }) => [name, value]));

t.test('values are read by the rules of python-dotenv', (t) => {
  for (const [text, value] of [
    ['A=1', '1'],
    ['\uFEFFexport A = 1 \t', '1'],
    ['A=x#y', 'x#y'],
    ['A=x # y', 'x'],
    ['A=#x', '#x'],
    ['A= # nothing', ''],
    ["A='x # y' # z", 'x # y'],
    ["A='it\\'s \\\\ \\n'", "it's \\ \\n"],
    ['A="a\\n\\t\\"b\\q"', 'a\n\t"b\\q'],
    ['A="one\r\ntwo"', 'one\r\ntwo'],
    ['A=a"b\'c', 'a"b\'c'],
    ['A=${HOME}', '${HOME}'],
    ['A==', '='],
    ['# A=2\u2028x\nA=1', '1'],
  ] as const) {
    t.same([valuesOf(text), parseDotenv(text).problems], [{ A: value }, []], encodeURI(text));
  }
  t.same(valuesOf('A=   \nB=2\r\rC=3'), { A: '', B: '2', C: '3' }, 'an empty value takes no other line');
  t.end();
});

t.test('a bad line costs itself alone, and is named without what stands in it', (t) => {
  const text = [
    "A='open",
    'B=1',
    'hunter2',
    '=x',
    'C D=1',
    'E="x"y',
    '\tB=2',
    "F='two",
    "lines'",
    'G=1 ',
    'H="open',
  ].join('\n');
  const { entries, problems } = parseDotenv(text);
  t.same(
    entries.map(({ name, value, line }) => [name, value, line]),
    [
      ['B', '1', 2],
      ['B', '2', 7],
      ['F', 'two\nlines', 8],
      ['G', '1', 10],
    ],
  );
  t.same(
    problems.map(({ line, name, message }) => [line, name, message]),
    [
      [1, 'A', 'has something behind its closing quote, and is passed over'],
      [3, undefined, 'has no =, and is passed over'],
      [4, undefined, 'does not begin with a name, and is passed over'],
      [5, 'C', 'has more than a name before the =, and is passed over'],
      [6, 'E', 'has something behind its closing quote, and is passed over'],
      [7, 'B', 'stands there again; this one counts'],
      [11, 'H', 'has a quote that is not closed, and is passed over'],
    ],
  );
  t.end();
});

t.test('a variable is set in its place, and everything else stays as it was', (t) => {
  const text = '\uFEFF# mine\r\n export  A = old  # why\r\n\r\nB="x"\r\n';
  t.equal(setInDotenv(text, 'A', 'new'), text.replace('old', 'new'));
  t.equal(setInDotenv(text, 'B', "it's"), text.replace('"x"', '"it\'s"'));
  t.equal(setInDotenv(text, 'C', 'a b'), `${text}C='a b'\r\n`);
  t.equal(setInDotenv(text, 'A', ''), text.replace('old', ''));
  t.equal(setInDotenv('A=1\nA=2', 'A', '3'), 'A=1\nA=3', 'the one that counts');
  t.equal(setInDotenv('B=1', 'A', '2'), 'B=1\nA=2\n');
  t.equal(setInDotenv('', 'A', '2'), 'A=2\n');
  t.end();
});

t.test('nothing is written behind an open quote that would swallow it', (t) => {
  t.equal(setInDotenv("B='open\n", 'A', ' #y'), undefined);
  t.equal(setInDotenv("B='open\n", 'A', 'plain'), "B='open\nA=plain\n", 'one that closes nothing is');
  t.end();
});

const name = fc.stringMatching(/^[A-Za-z_]\w{0,8}$/);
const value = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('\\', "'", '"', '#', ' ', '\n', '\r', '$', '`', 'a', '=', 'n') }),
);

t.test('what was set is read back, whatever it is and whatever stands around it', (t) => {
  const line = fc.oneof(
    fc.constantFrom('', '# comment', "X='two\nlines' # c", 'export Y="z"', 'Z=a b # c'),
    fc.tuple(name, fc.stringMatching(/^[ -~]{0,12}$/)).map(([key, text]) => `${key}=${text}`),
  );
  const file = fc
    .tuple(fc.array(line, { maxLength: 6 }), fc.constantFrom('\n', '\r\n'))
    .map(([lines, end]) => lines.join(end));
  fc.assert(
    fc.property(file, name, value, (text, key, wanted) => {
      const changed = setInDotenv(text, key, wanted);
      // Refused only where somebody else left a quote open.
      if (changed === undefined)
        return parseDotenv(text).problems.some(({ message }) => /quote/.test(message));
      const old = parseDotenv(text).entries.findLast((entry) => entry.name === key);
      const around = old === undefined ? [text, ''] : [text.slice(0, old.start), text.slice(old.end)];
      return (
        changed.startsWith(around[0] ?? '') &&
        changed.endsWith(around[1] ?? '') &&
        isDeepStrictEqual(valuesOf(changed), { ...valuesOf(text), [key]: wanted })
      );
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test(
  'any text is read without an end and without a throw, and values stand where they are said to',
  (t) => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('A', 'B', '=', "'", '"', '\\', '\n', '\r', ' ', '#', 'é') }),
        (text) => {
          for (const { value: read, start, end } of parseDotenv(text).entries) {
            const raw = text.slice(start, end);
            if (!/^['"]/.test(raw) && raw !== read) return false;
          }
          return true;
        },
      ),
      { numRuns: 500 },
    );
    t.end();
  },
);
