import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readArguments, verbFormOf, type VerbArguments } from '../../../gateway/faces/cli/command-line.ts';
import { withSecret } from '../../../gateway/faces/cli/read-secret.ts';
import { wifiCommands } from '../../../gateway/features/provisioning/wifi-commands.ts';
import type { Terminal } from '../../../gateway/core/terminal.ts';

const [, , connect] = wifiCommands;

function given(...words: readonly string[]): VerbArguments {
  const read = readArguments(['wifi', 'connect', ...words], verbFormOf(connect));
  if ('message' in read) throw new Error(read.message);
  return read;
}

function terminalOf(line: string | undefined): { openTerminal: () => Promise<Terminal>; asked: unknown[] } {
  const asked: unknown[] = [];
  const terminal: Terminal = {
    columns: 80,
    stopped: new AbortController().signal,
    ask: (prompt, isSecret) => {
      asked.push({ prompt, isSecret });
      return Promise.resolve(line);
    },
    write: () => undefined,
    close: () => void asked.push('closed'),
  };
  return { openTerminal: () => Promise.resolve(terminal), asked };
}

t.test('a password is asked for where somebody sits, unseen', async (t) => {
  const { openTerminal, asked } = terminalOf('from the person');
  const { texts } = await withSecret({ openTerminal }, connect, given('home'));
  t.same(texts, { ssid: 'home', password: 'from the person' });
  t.match(asked, [{ prompt: /Password/, isSecret: true }, 'closed']);
});

t.test('nothing typed is no password; Ctrl-C asks nothing of the gateway', async (t) => {
  const nothing = await withSecret(terminalOf(''), connect, given('home'));
  t.same(nothing.texts, { ssid: 'home' });
  await t.rejects(withSecret(terminalOf(undefined), connect, given('home')), { code: 'input_invalid' });
});

t.test('a file, or what is piped in, takes the place of the person', async (t) => {
  const file = join(t.testdir(), 'password');
  writeFileSync(file, 'from the file\n');
  const { openTerminal, asked } = terminalOf('from the person');
  const read = await withSecret({ openTerminal }, connect, given('home', '--password-file', file));
  t.equal(read.texts['password'], 'from the file');
  t.same(asked, [], 'nobody is asked');
  await t.rejects(withSecret({}, connect, given('home', '--password-file', `${file}2`)), {
    code: 'input_invalid',
  });
});

t.test('where nobody sits there is none; and one that was given is taken', async (t) => {
  t.same((await withSecret({}, connect, given('home'))).texts, { ssid: 'home' });
  const nobody = { openTerminal: () => Promise.resolve(undefined) };
  t.same((await withSecret(nobody, connect, given('home'))).texts, { ssid: 'home' });
  const { openTerminal, asked } = terminalOf('other');
  const spoken = await withSecret({ openTerminal }, connect, given('home', '--password', 'right-password'));
  t.equal(spoken.texts['password'], 'right-password');
  t.same(asked, []);
});
