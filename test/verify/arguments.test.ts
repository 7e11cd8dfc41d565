import t from 'tap';
import { parseArguments } from '../../verify/arguments.ts';
import { VerifyError } from '../../verify/verify-error.ts';
import { owner } from './published-chains.ts';

t.test('what cannot be asked for is refused with the option that is wrong', (t) => {
  const key = ['--key', owner.publicKey];
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['--key', 'nonsense'], /--key: this is no public key/],
    [['--key', Buffer.alloc(32).toString('base64url')], /vouches for anything/],
    [['--key'], /--key/],
    [[...key, '--nothing'], /'--nothing'/],
    [[...key, '--from', '0'], /--from: say it once/],
    [[...key, '--from', '1', '--from', '2'], /--from: say it once/],
    [[...key, '--to', 'x:1'], /--to: say it once/],
    [[...key, '--expect', '1:2:3'], /EPOCH:NUMBER:HEAD/],
  ];
  for (const [words, expected] of cases) {
    t.throws(() => parseArguments(words), { name: 'VerifyError', message: expected }, words.join(' '));
  }
  t.throws(() => parseArguments([]), VerifyError);
  t.end();
});

t.test('a key may begin with a dash, as one in sixty-four does', (t) => {
  const bytes = Buffer.from(owner.publicKey, 'base64url');
  bytes[0] = 0xfb;
  t.match(bytes.toString('base64url'), /^-/);
  const { options, inputs } = parseArguments(['--key', bytes.toString('base64url'), 'a.jsonl', 'b']);
  t.same(options.keys[0]?.bytes, bytes);
  t.same(inputs, ['a.jsonl', 'b']);
  t.same(parseArguments(['--unsigned']).inputs, ['-']);
  t.end();
});
