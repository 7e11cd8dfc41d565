import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { AppenderTask } from './appender.ts';
import type { Acknowledged } from './store-verdict.ts';

export interface AppenderRun {
  readonly task: AppenderTask;
  readonly env?: Readonly<Record<string, string>>;
  /** Told of each acknowledged line; may kill it. */
  readonly onLine?: (kill: () => void) => void;
}

export interface AppenderEnd {
  readonly acknowledged: Acknowledged;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** How long it took, after each failure of the disk, until the same was done. */
  readonly repairMs: readonly number[];
  readonly complaint: string;
}

const appender = fileURLToPath(new URL('./appender.ts', import.meta.url));

/** Compiled modules, so that a process starts in half the time. Made at the first use, gone with this process. */
let compileCache: string | undefined;

/** A new folder in memory, where there is such a place: a fault costs no disk then. */
export function makeScratch(): string {
  return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'egw-faults-'));
}

/** Which of these commands there are not. */
export function missingCommands(...names: readonly string[]): readonly string[] {
  return names.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
}

/** Runs the appender until it ends, however that is. `before` is what its directory holds already. */
export async function runAppender(run: AppenderRun, before: Acknowledged): Promise<AppenderEnd> {
  const words = ['--no-warnings', appender, JSON.stringify(run.task)];
  const child = spawn(process.execPath, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: compileCacheOf(), ...run.env },
  });
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
  const heard = new AcknowledgedLines(before);
  createInterface({ input: child.stdout }).on('line', (line) => {
    heard.hear(line);
    run.onLine?.(() => child.kill('SIGKILL'));
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { acknowledged: heard.acknowledged, repairMs: heard.repairMs, code, signal, complaint };
}

/** What the lines of an appender say. */
export class AcknowledgedLines {
  readonly repairMs: number[] = [];
  #acknowledged: Acknowledged;

  constructor(before: Acknowledged) {
    this.#acknowledged = before;
  }

  get acknowledged(): Acknowledged {
    return this.#acknowledged;
  }

  hear(line: string): void {
    const [kind, word] = line.split(' ');
    const number = Number(word);
    if (kind === 'c') this.#acknowledged = { ...this.#acknowledged, commit: number };
    else if (kind === 'n') this.#acknowledged = { ...this.#acknowledged, note: number };
    else if (kind === 'j') this.#acknowledged = { ...this.#acknowledged, job: number };
    else if (kind === 'a') this.#acknowledged = { ...this.#acknowledged, alert: number };
    else if (kind === 's') this.#acknowledged = { ...this.#acknowledged, day: number };
    else if (kind === 'r') this.repairMs.push(number);
  }
}

function compileCacheOf(): string {
  if (compileCache === undefined) {
    const folder = (compileCache = makeScratch());
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  }
  return compileCache;
}
