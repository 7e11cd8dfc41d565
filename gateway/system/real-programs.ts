import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { describeError } from '../core/errors.ts';
import type { ProgramCall, ProgramEnd, Programs } from '../core/programs.ts';

const runMsMax = 60_000;
const outputBytesMax = 1_048_576;
const notFoundCode = 127;

type Child = ChildProcessByStdio<null, Readable, Readable>;
type Settings = Readonly<Record<string, string | undefined>>;

/** The programs of this machine. They get the environment with a language and a zone that answers can be read in. */
export function createRealPrograms(environment: Settings): Programs {
  const env = { ...environment, LC_ALL: 'C', TZ: 'UTC', SYSTEMD_PAGER: '', SYSTEMD_COLORS: '0' };
  return {
    run: async ({ program, args }) => {
      const child = begin({ program, args }, env);
      if ('errors' in child) return child;
      const output = textOf(child.stdout);
      const errors = textOf(child.stderr);
      const end = await endOf(child, AbortSignal.timeout(runMsMax));
      return { ...end, output: output(), errors: end.errors + errors() };
    },
    follow: async ({ program, args }, onLine, signal) => {
      const child = begin({ program, args }, env);
      if ('errors' in child) return child;
      const errors = textOf(child.stderr);
      createInterface({ input: child.stdout, crlfDelay: Infinity }).on('line', onLine);
      const end = await endOf(child, signal);
      return { ...end, errors: end.errors + errors() };
    },
  };
}

/** Node throws what keeps a program from its start, unless it is one of five errors, which it tells later. */
function begin({ program, args }: ProgramCall, env: Settings): Child | ProgramEnd {
  try {
    return spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    return { exitCode: notFoundCode - 1, output: '', errors: `${describeError(error)}\n` };
  }
}

/** What came of a stream until now, as far as there is room for it. */
function textOf(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (part: string) => {
    if (text.length < outputBytesMax) text += part;
  });
  return () => text;
}

async function endOf(child: ChildProcess, signal: AbortSignal): Promise<ProgramEnd> {
  const { promise, resolve } = Promise.withResolvers<ProgramEnd>();
  const stop = (): void => void child.kill('SIGTERM');
  child.once('error', (error: NodeJS.ErrnoException) => {
    const exitCode = error.code === 'ENOENT' ? notFoundCode : notFoundCode - 1;
    resolve({ exitCode, output: '', errors: `${error.message}\n` });
  });
  child.once('close', (code, name) => {
    resolve({
      exitCode: code ?? 128 + (name === null ? 0 : constants.signals[name]),
      output: '',
      errors: '',
    });
  });
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const end = await promise;
  signal.removeEventListener('abort', stop);
  return end;
}
