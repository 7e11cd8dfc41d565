import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { monotonicMs } from '../core/clock.ts';
import type { JobEnd, RunningJob } from '../core/job-process.ts';
import { begunLine, runVariable, type JobOwner } from './job-chain.ts';
import { cannotStart } from './job-check.ts';
import { systemPath } from './job-host.ts';
import { openPipe } from './job-pipe.ts';
import { endProcesses, isAlive } from './end-processes.ts';
import { OutputTail } from './output-tail.ts';
import type { Timers } from './pause.ts';
import { readPaced } from './read-paced.ts';
import {
  findProcess,
  listProcesses,
  processesWith,
  withDescendants,
  type ProcessEntry,
} from './process-table.ts';

/** What is to be spawned for a job. */
export interface JobLaunch {
  /** The chain of programs that ends in the job. */
  readonly words: readonly string[];
  /** Whether it says the process id of the init of a namespace first. */
  readonly hasInit: boolean;
  /** Path of the program that makes a pipe with a name; undefined where there is none. */
  readonly mkfifo: string | undefined;
  /** Whose rights all of the chain has; undefined: ours. */
  readonly owner: JobOwner | undefined;
  readonly runKey: string;
}

const settleMs = 500;
const wordsLengthMax = 1_000;

/** A job from its preparation to the end of its last process. */
export class StartedJob implements RunningJob {
  readonly ended: Promise<JobEnd>;
  readonly #timers: Timers;
  readonly #output = new OutputTail();
  #child: ChildProcess | undefined;
  #launch: JobLaunch | undefined;
  #init: ProcessEntry | undefined;
  #startTicks = 0;
  /** What the chain says of itself, init's process id first. */
  #words = '';
  #isKilled = false;
  readonly #killed = Promise.withResolvers<JobEnd>();
  #hasEnded = false;
  /** Settles when signals reach the job. */
  readonly #ready = Promise.withResolvers<undefined>();
  #signals: Promise<void> = this.#ready.promise;

  constructor(timers: Timers, prepare: () => Promise<JobLaunch | JobEnd>) {
    this.#timers = timers;
    this.ended = this.#run(prepare);
  }

  get outputBytes(): number {
    return this.#output.bytes;
  }

  output(): string {
    return this.#output.text();
  }

  terminate(): void {
    this.#signal('SIGTERM');
    this.#signal('SIGCONT');
  }

  pause(): void {
    this.#signal('SIGSTOP');
  }

  resume(): void {
    this.#signal('SIGCONT');
  }

  kill(): void {
    this.#isKilled = true;
    this.#killed.resolve({ exitCode: null, signal: 'SIGKILL', problem: undefined });
    if (this.#hasEnded) return;
    // Whoever stays outside of the namespace has to be there to take what dies in it.
    if (this.#init === undefined) this.#child?.kill('SIGKILL');
    else signalProcess(this.#init.id, 'SIGKILL');
    this.#signal('SIGKILL');
  }

  async #run(prepare: () => Promise<JobLaunch | JobEnd>): Promise<JobEnd> {
    try {
      // A folder on a disk that does not answer may keep it for ever.
      const launch = await Promise.race([this.#killed.promise, prepare()]);
      if ('exitCode' in launch) return launch;
      this.#launch = launch;
      return await this.#follow(launch);
    } catch (error) {
      return cannotStart(error instanceof Error ? error.message : String(error));
    } finally {
      this.#hasEnded = true;
      this.#ready.resolve(undefined);
    }
  }

  async #follow(launch: JobLaunch): Promise<JobEnd> {
    const pipe = await openPipe(launch.mkfifo);
    const child = startChild(launch, pipe?.writerFd);
    this.#child = child;
    this.#startTicks = findProcess(child.pid ?? 0)?.startTicks ?? 0;
    if (this.#isKilled) child.kill('SIGKILL');
    const exit = exitOf(child);
    const output = pipe?.reader ?? child.stdout;
    const read = readPaced(output, this.#timers, (part) => this.#output.add(part));
    const said = this.#hear(child.stderr, launch);
    const end = await exit;
    this.#ready.resolve(undefined);
    const left = await this.#endRest(launch);
    // Somebody else may have been handed an end of the stream: then nobody says when it is over.
    await this.#atMost(settleMs, Promise.all([read, said]));
    output?.destroy();
    child.stderr?.destroy();
    return this.#endOf(end, left);
  }

  /** What the chain says of itself; signals wait until there is a job that they can reach. */
  async #hear(stream: Readable | null, { hasInit }: JobLaunch): Promise<void> {
    if (stream === null) return;
    stream.setEncoding('utf8');
    for await (const part of stream) {
      this.#words = (this.#words + String(part)).slice(0, wordsLengthMax);
      const init = hasInit && this.#init === undefined ? /^(\d+)\n/.exec(this.#words) : null;
      if (init !== null) {
        this.#words = this.#words.slice(init[0].length);
        this.#init = findProcess(Number(init[1]));
      }
      if (this.#words.startsWith(begunLine)) {
        this.#words = this.#words.slice(begunLine.length);
        this.#ready.resolve(undefined);
      }
    }
  }

  #signal(name: NodeJS.Signals): void {
    if (!this.#hasEnded) this.#signals = this.#signals.then(async () => await this.#deliver(name));
  }

  /** To each process, and once more to those that have come meanwhile; a few times, as a stopped one starts no more. */
  async #deliver(name: NodeJS.Signals): Promise<void> {
    const reached = new Set<number>();
    for (let round = 0; round < roundsMax && !this.#hasEnded; round += 1) {
      const members = await this.#members();
      const others = [...members].filter((id) => !reached.has(id));
      if (others.length === 0) return;
      for (const id of others) {
        reached.add(id);
        signalProcess(id, name);
      }
    }
  }

  /** All processes of the job. Those of the full form are descendants of the one that stays outside, which is none. */
  async #members(): Promise<ReadonlySet<number>> {
    const id = this.#child?.pid;
    const launch = this.#launch;
    if (id === undefined || launch === undefined) return new Set();
    const entries = await listProcesses();
    if (entries.length === 0) return new Set(isThere(-id) ? [-id] : []);
    if (launch.hasInit) {
      const family = new Set(withDescendants(entries, new Set([id])));
      family.delete(id);
      if (this.#init !== undefined) family.delete(this.#init.id);
      return family;
    }
    return await this.#looseMembers(entries, id, launch.runKey);
  }

  /** Without a namespace: what is in its session, has its mark, or descends from one that is or has. */
  async #looseMembers(
    entries: readonly ProcessEntry[],
    id: number,
    runKey: string,
  ): Promise<ReadonlySet<number>> {
    const sinceTicks = this.#startTicks;
    // None of its processes is older than its first.
    const younger = entries.filter(({ startTicks }) => startTicks >= sinceTicks);
    const members = new Set(await processesWith(runVariable, new Set([runKey]), younger));
    for (const entry of younger) {
      const isFirst = entry.id === id && entry.startTicks === sinceTicks;
      if (isFirst || entry.session === id) members.add(entry.id);
    }
    return withDescendants(entries, members);
  }

  /** Ends what the job has left behind. Answers how many it could not end. */
  async #endRest({ hasInit, runKey }: JobLaunch): Promise<number> {
    const init = this.#init;
    if (hasInit && init !== undefined) {
      return await endProcesses(this.#timers, () => (isAlive(init) ? [init.id] : []));
    }
    if (hasInit) {
      const marks = new Set([runKey]);
      return await endProcesses(this.#timers, async () => [...(await processesWith(runVariable, marks))]);
    }
    return await endProcesses(this.#timers, async () => [...(await this.#members())]);
  }

  #endOf({ exitCode, signal, problem }: JobEnd, left: number): JobEnd {
    // unshare(1) of util-linux 2.38 ends with 1 and these words when the signal was SIGKILL.
    const isKilled = signal === 'SIGKILL' || /^unshare: (sigprocmask|child exit)/.test(this.#words);
    const words = isKilled ? '' : this.#words.trim();
    const failure = exitCode === 126 || exitCode === 127 ? notRun.exec(this.#output.text()) : null;
    const problems = [
      problem ?? [],
      words,
      failure === null ? [] : `cannot run ${failure[1] ?? ''}: ${failure[2] ?? ''}`,
      left === 0 ? [] : `${left} of its processes cannot be ended`,
    ].flat();
    const text = problems.filter((part) => part !== '').join('; ');
    return {
      ...(isKilled ? { exitCode: null, signal: 'SIGKILL' } : { exitCode, signal }),
      problem: text === '' ? undefined : text,
    };
  }

  async #atMost(forMs: number, work: Promise<unknown>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const { clock, alarm } = this.#timers;
    const cancel = alarm.at(monotonicMs(clock.monotonic() + forMs), () => resolve(undefined));
    await Promise.race([promise, work]);
    cancel();
  }
}

const roundsMax = 5;

/** It has a group and a session of its own, and what it prints goes to the pipe, where there is one. */
function startChild({ words, runKey, owner }: JobLaunch, writerFd: number | undefined): ChildProcess {
  const [program = '', ...args] = words;
  try {
    return spawn(program, args, {
      cwd: '/',
      detached: true,
      ...(owner && { uid: owner.userId, gid: owner.groupId }),
      env: { PATH: systemPath, LC_ALL: 'C', [runVariable]: runKey },
      stdio: ['ignore', writerFd ?? 'pipe', 'pipe'],
    });
  } finally {
    if (writerFd !== undefined) closeSync(writerFd);
  }
}

/** All that prlimit(1) says when it cannot become the job. */
const notRun = /^[^\n]*prlimit: failed to execute (.*): ([^:\n]*)\n$/;

async function exitOf(child: ChildProcess): Promise<JobEnd> {
  const { promise, resolve } = Promise.withResolvers<JobEnd>();
  child.once('error', (error) => resolve(cannotStart(error.message)));
  child.once('exit', (exitCode, signal) => resolve({ exitCode, signal, problem: undefined }));
  return await promise;
}

/** Also of a group of processes, by its negative number: kill(2). */
function isThere(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}

function signalProcess(id: number, name: NodeJS.Signals): void {
  try {
    process.kill(id, name);
  } catch {
    // It has ended meanwhile.
  }
}
