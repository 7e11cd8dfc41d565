import { createInterface, type Interface } from 'node:readline';
import { Readable, Writable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import type { Terminal } from '../core/terminal.ts';

const columnsUsual = 80;
const interruptKey = '\u0003';

/**
 * The terminal of this process. Keys are kept from the line editor until something is asked: a password that was typed
 * or pasted ahead is not shown before it is known to be one.
 */
export function createRealTerminal(stdin: ReadStream, stdout: WriteStream): Terminal {
  const stopping = new AbortController();
  const keys = keysOf(stdin);
  let isMuted = false;
  let typedAhead = '';
  let asking: ((line: string | undefined) => void) | undefined;
  const editor = createEditor(keys, stdout, () => isMuted);

  const answer = (line: string | undefined): void => {
    const resolve = asking;
    asking = undefined;
    if (isMuted) stdout.write('\n');
    isMuted = false;
    resolve?.(line);
  };
  const stop = (): void => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    answer(undefined);
  };
  const pump = (): void => {
    while (asking !== undefined && typedAhead !== '') {
      const [key = ''] = typedAhead;
      typedAhead = typedAhead.slice(key.length);
      keys.emit('data', Buffer.from(key));
    }
    if (typedAhead.includes(interruptKey)) stop();
  };
  const onData = (text: string): void => {
    typedAhead += text;
    pump();
  };
  editor.on('line', answer).on('SIGINT', stop).on('close', stop);
  stdin.setEncoding('utf8').on('data', onData).on('end', stop).on('close', stop).on('error', stop);

  return {
    get columns() {
      return stdout.columns || columnsUsual;
    },
    stopped: stopping.signal,
    ask: async (prompt, isSecret = false) => {
      if (stopping.signal.aborted) return undefined;
      const { promise, resolve } = Promise.withResolvers<string | undefined>();
      if (isSecret) stdout.write(prompt);
      isMuted = isSecret;
      editor.setPrompt(isSecret ? '' : prompt);
      editor.prompt();
      asking = resolve;
      pump();
      return await promise;
    },
    write: (text) => void stdout.write(text),
    close: () => {
      editor.close();
      stdin.off('data', onData).pause();
    },
  };
}

/** What the line editor takes for its terminal: keys come when they are let through. */
function keysOf(stdin: ReadStream): Readable {
  const keys = new Readable({ read: () => undefined });
  return Object.assign(keys, { setRawMode: (isRaw: boolean) => stdin.setRawMode(isRaw) });
}

function createEditor(keys: Readable, stdout: WriteStream, isMuted: () => boolean): Interface {
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (!isMuted()) stdout.write(chunk);
      done();
    },
  });
  Object.defineProperty(output, 'columns', { get: () => stdout.columns });
  return createInterface({ input: keys, output, terminal: true, historySize: 0 });
}
