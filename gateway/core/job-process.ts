/** What a job may take of the machine; absent: as the machine has it. */
export interface JobLimits {
  /** Time of processors, seconds, all its processes together where the host can count that. */
  readonly cpuSeconds?: number;
  /** Of each of its processes, all that it maps. */
  readonly memoryBytes?: number;
  /** Absent: `limits.jobProcessesMax`. */
  readonly processesMax?: number;
  readonly filesMax?: number;
  /** Of one file that it writes. */
  readonly fileBytesMax?: number;
}

/** What is to be run. */
export interface JobOrder {
  /** The program and its arguments, as they are: no shell between. The program is a path, or a name in PATH. */
  readonly argv: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names or numbers; absent: as configured for jobs. */
  readonly user?: string;
  readonly group?: string;
  readonly limits: JobLimits;
  /** Whether it may reach the network. */
  readonly hasNetwork: boolean;
  /** Unguessable and unique: by it the processes of a run are found again after a crash of the gateway. */
  readonly runKey: string;
}

/** A folder, absolute, and who is to run a job in it. */
export type JobPlace = Pick<JobOrder, 'cwd' | 'user' | 'group'>;

/** How a run of processes ended. */
export interface JobEnd {
  /** null when a signal ended it. 127: there is no such program; 126: it cannot be run. */
  readonly exitCode: number | null;
  /** `SIGKILL`; null when it ended by itself. */
  readonly signal: string | null;
  /** Why it could not be started or its limits not be set, for people; undefined when it ran. */
  readonly problem: string | undefined;
}

/** Processes of one run. When it has ended none of them is left. */
export interface RunningJob {
  /** Settles when the last process is gone. Never rejects. */
  readonly ended: Promise<JobEnd>;
  /** The last `limits.jobOutputBytesMax` bytes of what it printed on either stream, as text. */
  output(): string;
  /** Bytes that it has printed in all. */
  readonly outputBytes: number;
  /** Asks all of it to end: SIGTERM, also when it is paused. After `ended` it does nothing, as do the others. */
  terminate(): void;
  /** SIGKILL to all of it. */
  kill(): void;
  /** SIGSTOP to all of it. */
  pause(): void;
  /** SIGCONT to all of it. */
  resume(): void;
}

/** How far a job is kept apart from the machine: docs/jobs.md says what each form does. */
export interface SandboxFacts {
  /** `full`: namespaces of its own. `lesser`: a group of processes, limits, no new rights. */
  readonly form: 'full' | 'lesser';
  /** Why it is not the full form, for people. */
  readonly reason: string | undefined;
}

/** Runs the processes of jobs. `system/` gives the real one, `sim/` the virtual one. */
export interface JobProcesses {
  /** Found out once, before the first job. */
  sandbox(): Promise<SandboxFacts>;
  /**
   * Why no job can run in that folder, as that user, for people; undefined: one can. It is tried; the answer may be a
   * second old. Never rejects.
   */
  tryFolder(place: JobPlace): Promise<string | undefined>;
  /** Starts it. Never rejects: what cannot be started has ended with its problem. */
  start(order: JobOrder): RunningJob;
  /** Ends whatever processes are left of a run of an earlier life of the gateway. Answers how many there were. */
  sweep(runKeys: readonly string[]): Promise<number>;
}

/** Where nothing can be run, as in a simulation without a machine. */
export const noJobProcesses: JobProcesses = {
  sandbox: () => Promise.resolve({ form: 'full', reason: undefined }),
  tryFolder: () => Promise.resolve(undefined),
  start: () => ({
    ended: Promise.resolve({ exitCode: 126, signal: null, problem: 'nothing here can run jobs' }),
    output: () => '',
    outputBytes: 0,
    terminate: () => undefined,
    kill: () => undefined,
    pause: () => undefined,
    resume: () => undefined,
  }),
  sweep: () => Promise.resolve(0),
};
