import t from 'tap';
import { createRealPrograms } from '../../gateway/system/real-programs.ts';

const programs = createRealPrograms({ ...process.env, LC_ALL: 'fr_FR.UTF-8' });
const shell = (script: string): { program: string; args: readonly string[] } => ({
  program: 'sh',
  args: ['-c', script],
});

t.test('a program that ran is its output, its errors and its exit code', async (t) => {
  t.same(await programs.run(shell('echo out; echo err >&2; exit 3')), {
    exitCode: 3,
    output: 'out\n',
    errors: 'err\n',
  });
  t.match(await programs.run(shell('kill -9 $$')), { exitCode: 137 });
});

t.test('one that is not there is an answer, too', async (t) => {
  t.match(await programs.run({ program: 'egw-none-such', args: [] }), { exitCode: 127, errors: /ENOENT/ });
});

t.test('arguments reach it as they are, and it speaks English and UTC', async (t) => {
  const odd = ['$HOME', '`id`', 'a b', '"', '*'];
  t.match(await programs.run({ program: 'printf', args: [String.raw`%s\n`, ...odd] }), {
    output: `${odd.join('\n')}\n`,
  });
  t.match(await programs.run(shell('echo $LC_ALL $TZ')), { output: 'C UTC\n' });
});

t.test('output without an end is cut', async (t) => {
  const { output } = await programs.run(shell('head -c 3000000 /dev/zero | tr "\\0" x'));
  t.ok(output.length >= 1_048_576 && output.length < 1_300_000, String(output.length));
});

t.test('one that is followed says line by line, until it is told to end', async (t) => {
  const abort = new AbortController();
  const lines: string[] = [];
  const end = await programs.follow(
    shell('echo one; printf "two\\r\\n"; exec sleep 600'),
    (line) => {
      lines.push(line);
      if (lines.length === 2) abort.abort();
    },
    abort.signal,
  );
  t.same(lines, ['one', 'two']);
  t.match(end, { exitCode: 143, output: '' });
  t.match(
    await programs.follow(shell('echo no >&2; exit 1'), () => undefined, new AbortController().signal),
    {
      exitCode: 1,
      errors: 'no\n',
    },
  );
});
