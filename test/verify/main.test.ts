import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { canonicalOf } from './chain-builder.ts';
import { firstEpoch, owner, steadyChain } from './published-chains.ts';

const program = join(import.meta.dirname, '..', '..', 'verify', 'main.ts');
const texts = steadyChain(5).batches.map(canonicalOf);
const [one = '', two = '', three = '', four = '', five = ''] = texts;
const key = ['--key', owner.publicKey];

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(words: readonly string[], input = ''): Promise<Ended> {
  const child = spawn(process.execPath, ['--no-warnings', program, ...words]);
  child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

t.test('files, folders, gzip and standard input are read as one', async (t) => {
  const folder = t.testdir({ 'notes.txt': 'not looked at' });
  mkdirSync(join(folder, 'later'));
  writeFileSync(join(folder, 'a.jsonl'), `${one}\n\n${three}\r\n`);
  writeFileSync(join(folder, 'later', 'b.json.gz'), gzipSync(JSON.stringify([JSON.parse(four)], null, 2)));
  const file = join(folder, 'five');
  writeFileSync(file, JSON.stringify(JSON.parse(five), null, 2));
  const ended = await run([...key, '-', folder, file], `${two}${one}`);
  t.equal(ended.stderr, '');
  t.match(ended.stdout, /records 1 to 11 complete, no gaps, 60 readings/);
  t.match(ended.stdout, /verified: 6 batches, 1 of them repeated\n$/);
  t.equal(ended.code, 0);
});

t.test('what is wrong is said with file and line, also as JSON, and by the exit code', async (t) => {
  const folder = t.testdir({
    'a.jsonl': `${one}\n${two}\n`,
    'b.jsonl': `${three.replace('8493.94', '8493.95')}\n`,
  });
  const ended = await run([...key, folder]);
  t.equal(ended.code, 1);
  t.match(
    ended.stdout,
    `epoch ${firstEpoch}: record 6: ${join(folder, 'b.jsonl')}:1: its records do not lead`,
  );
  const asJson = JSON.parse((await run([...key, '--json', folder])).stdout) as Record<string, unknown>;
  t.match(asJson, {
    isVerified: false,
    chains: [
      {
        gateway: owner.gateway,
        from: 1,
        to: 5,
        faults: [{ record: 6, reason: 'chain', place: { line: 1 } }],
      },
    ],
  });
});

t.test('a gzip file that breaks off is bad, and what stands before is read', async (t) => {
  const packed = gzipSync(texts.join('\n'), { level: 0 });
  const folder = t.testdir({ 'a.jsonl.gz': packed.subarray(0, packed.length - 40) });
  const ended = await run([...key, folder]);
  t.equal(ended.code, 1);
  t.match(ended.stdout, /a\.jsonl\.gz:\d+: is not readable as JSON/);
  t.match(ended.stdout, /verified: 4 batches/i);
});

t.test('a key may stand in a file, as PEM', async (t) => {
  const der = Buffer.concat([
    Buffer.from('302a300506032b6570032100', 'hex'),
    Buffer.from(owner.publicKey, 'base64url'),
  ]);
  const pem = `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----\n`;
  const folder = t.testdir({ 'gateway.pem': pem });
  t.equal((await run(['--key', join(folder, 'gateway.pem'), '--twice'], one)).code, 0);
  t.equal((await run(['--key', pem], one)).code, 0);
});

t.test('what cannot be checked ends with 2, and says why', async (t) => {
  const empty = t.testdir({ nothing: {} });
  const cases: readonly (readonly [readonly string[], string, RegExp])[] = [
    [[], '', /say --key KEY, or --trust-first, or --unsigned/],
    [key, '', /there is no batch/],
    [[...key, '--from', 'ffffffffffffffff:1'], one, /no batch of chain ffffffffffffffff/],
    [[...key, join(empty, 'gone.json')], '', /gone\.json cannot be read/],
    [[...key, empty], '', /has no file/],
  ];
  for (const [words, input, expected] of cases) {
    const { code, stderr } = await run(words, input);
    t.match(stderr, expected, words.join(' '));
    t.equal(code, 2, words.join(' '));
  }
  const { code, stdout } = await run(['--help']);
  t.match(stdout, /--trust-first/);
  t.equal(code, 0);
});
