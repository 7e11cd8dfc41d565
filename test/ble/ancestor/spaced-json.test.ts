import '../../property-seed.ts';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import t from 'tap';
import { spacedJson } from '../../../ble/ancestor/spaced-json.ts';
import { anyText } from '../any-text.ts';

t.test('as the ancestor writes it', (t) => {
  const rows: readonly [unknown, string][] = [
    [{ message: 'hello world from srcful!' }, '{"message": "hello world from srcful!"}'],
    [{ ssids: ['a', 'b'], connected: null }, '{"ssids": ["a", "b"], "connected": null}'],
    [{ a: { b: [] }, c: {} }, '{"a": {"b": []}, "c": {}}'],
    [{ name: 'Küche 😀' }, '{"name": "K\\u00fcche \\ud83d\\ude00"}'],
    [['"\\\n\t', true, 1.5, undefined], '["\\"\\\\\\n\\t", true, 1.5, null]'],
  ];
  for (const [value, text] of rows) t.equal(spacedJson(value), text);
  t.end();
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

t.test('the same as Python writes', { skip: hasPython ? false : 'python3 is not there' }, (t) => {
  // No numbers with a point: Python writes 1.0 where JSON in JavaScript has 1.
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      anyText(12),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(anyText(6), tie('tree'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  const values = fc.sample(tree, 300);
  const { stdout } = spawnSync(
    'python3',
    ['-c', 'import json, sys\nfor line in sys.stdin: print(json.dumps(json.loads(line)))'],
    { input: values.map((value) => `${JSON.stringify(value)}\n`).join(''), encoding: 'utf8' },
  );
  t.strictSame(values.map(spacedJson), stdout.trimEnd().split('\n'));
  t.end();
});
