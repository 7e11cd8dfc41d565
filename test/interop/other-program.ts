import assert from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Test } from 'tap';

/** What a program said before it ended. */
export interface Outcome {
  readonly exitCode: number | null;
  readonly output: string;
}

export interface RunOptions {
  /** All that the program gets to read. */
  readonly input?: string;
}

/** A program that runs to its end, or is ended after a minute. */
export async function runProgram(
  command: string,
  words: readonly string[],
  { input = '' }: RunOptions = {},
): Promise<Outcome> {
  const child = spawn(command, words, { stdio: 'pipe', timeout: 60_000, killSignal: 'SIGKILL' });
  const output = collect(child);
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, output: output() };
}

/** A program that runs as long as the test does. */
export class OtherProgram {
  readonly #child: ChildProcess;
  readonly #output: () => string;
  readonly #name: string;
  #change = Promise.withResolvers<unknown>();

  constructor(t: Test, command: string, words: readonly string[]) {
    this.#name = command;
    this.#child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    const changed = (): void => {
      this.#change.resolve(undefined);
      this.#change = Promise.withResolvers();
    };
    this.#output = collect(this.#child, changed);
    this.#child.once('exit', changed);
    t.teardown(async () => await this.end());
  }

  get output(): string {
    return this.#output();
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Resolves with the match once the output has it. Throws with the output when the program ends before. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.output);
      if (match !== null) return match;
      assert(!this.hasEnded, `${this.#name} ended and never said ${pattern}: ${this.output}`);
      await this.#change.promise;
    }
  }

  /** This process, by its id, and no other. */
  async end(): Promise<void> {
    if (this.hasEnded) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}

/** What the program has said so far, both ways, in order of arrival. */
function collect(child: ChildProcess, changed = (): void => undefined): () => string {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      changed();
    });
  }
  return () => output;
}
