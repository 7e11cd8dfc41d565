import { monotonicMs, type Alarm, type Cancel, type Clock } from '../gateway/core/clock.ts';
import type { JobEnd, JobOrder, JobProcesses, RunningJob } from '../gateway/core/job-process.ts';

/** What a virtual process does when it is let. */
export interface VirtualProgram {
  /** Of its own time: what it is held does not count. Infinity: it hangs. */
  readonly runsMs: number;
  readonly exitCode: number;
  /** Goes on when it is asked to end, and ends only when it is made to. */
  readonly ignoresTerminate?: boolean;
  readonly output?: string;
  /** Why it cannot be started. */
  readonly problem?: string;
}

/** A run as the machine saw it. Times are of the clock that was given. */
export interface SeenRun {
  readonly order: JobOrder;
  readonly startedMs: number;
  endedMs: number | undefined;
  end: JobEnd | undefined;
}

interface Ports {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly alarm: Alarm;
  /** What time it really is, for the record. */
  readonly nowMs: () => number;
}

/** Processes of jobs on a virtual clock. They end with the gateway that started them, as real ones do: `cut`. */
export class VirtualJobProcesses implements JobProcesses {
  readonly #ports: Ports;
  readonly #programOf: (order: JobOrder) => VirtualProgram;
  /** By the key of the run. */
  readonly #running = new Map<string, VirtualProcess>();
  /** Of all lives, in order. */
  readonly seen: SeenRun[] = [];

  constructor(ports: Ports, programOf: (order: JobOrder) => VirtualProgram) {
    this.#ports = ports;
    this.#programOf = programOf;
  }

  get running(): number {
    return this.#running.size;
  }

  async sandbox(): ReturnType<JobProcesses['sandbox']> {
    return await Promise.resolve({ form: 'full', reason: undefined });
  }

  /** All folders are open to all. */
  async tryFolder(): ReturnType<JobProcesses['tryFolder']> {
    return await Promise.resolve<string | undefined>(undefined);
  }

  start(order: JobOrder): RunningJob {
    const { clock, alarm, nowMs } = this.#ports;
    const seen: SeenRun = { order, startedMs: nowMs(), endedMs: undefined, end: undefined };
    this.seen.push(seen);
    const process = new VirtualProcess({ clock, alarm }, this.#programOf(order), (end) => {
      seen.endedMs = nowMs();
      seen.end = end;
      this.#running.delete(order.runKey);
    });
    if (seen.end === undefined) this.#running.set(order.runKey, process);
    return process;
  }

  async sweep(): Promise<number> {
    const left = this.#running.size;
    this.cut();
    return await Promise.resolve(left);
  }

  /** The gateway is gone, and all of them with it. */
  cut(): void {
    for (const process of [...this.#running.values()]) process.kill();
  }
}

class VirtualProcess implements RunningJob {
  readonly ended: Promise<JobEnd>;
  readonly #ports: Pick<Ports, 'clock' | 'alarm'>;
  readonly #program: VirtualProgram;
  readonly #settle: (end: JobEnd) => void;
  #isOver = false;
  #leftMs: number;
  #since: number | undefined;
  #cancel: Cancel = () => undefined;

  constructor(ports: Pick<Ports, 'clock' | 'alarm'>, program: VirtualProgram, ended: (end: JobEnd) => void) {
    const { promise, resolve } = Promise.withResolvers<JobEnd>();
    this.ended = promise;
    this.#ports = ports;
    this.#program = program;
    this.#leftMs = program.runsMs;
    this.#settle = (end) => {
      if (this.#isOver) return;
      this.#isOver = true;
      this.#cancel();
      ended(end);
      resolve(end);
    };
    if (program.problem === undefined) this.resume();
    else this.#settle({ exitCode: 127, signal: null, problem: program.problem });
  }

  get outputBytes(): number {
    return Buffer.byteLength(this.output());
  }

  output(): string {
    return this.#program.output ?? '';
  }

  terminate(): void {
    if (this.#program.ignoresTerminate !== true) this.#end(null, 'SIGTERM');
  }

  kill(): void {
    this.#end(null, 'SIGKILL');
  }

  pause(): void {
    if (this.#since === undefined) return;
    this.#leftMs -= this.#ports.clock.monotonic() - this.#since;
    this.#since = undefined;
    this.#cancel();
  }

  resume(): void {
    if (this.#isOver || this.#since !== undefined) return;
    const nowMs = this.#ports.clock.monotonic();
    this.#since = nowMs;
    if (!Number.isFinite(this.#leftMs)) return;
    this.#cancel = this.#ports.alarm.at(monotonicMs(nowMs + this.#leftMs), () =>
      this.#end(this.#program.exitCode, null),
    );
  }

  #end(exitCode: number | null, signal: string | null): void {
    this.#settle({ exitCode, signal, problem: undefined });
  }
}
