import type { ProgramCall } from '../../core/programs.ts';
import type { ServiceScope, ServiceUnit } from './service-unit.ts';

/** What a service manager says of the service. */
export interface ServiceState {
  /** Whether the manager knows it. */
  readonly isLoaded: boolean;
  readonly isRunning: boolean;
  /** Its own word for what the service does: `running`, `auto-restart`. */
  readonly word: string;
  /** Whether it starts with the machine, or with the session of its user. */
  readonly startsByItself: boolean;
  /** Since when it runs, UTC epoch ms; null when it does not, or nobody knows. */
  readonly sinceMs: number | null;
  readonly processId: number | null;
  /** Of the run before; null when it runs or never ran. */
  readonly lastExit: ServiceExit | null;
  /** How often it was started anew; null when nobody counts. */
  readonly restarts: number | null;
}

export interface ServiceExit {
  /** An exit code, or the number of the signal that ended it. */
  readonly number: number;
  readonly by: 'code' | 'signal';
}

/** One thing to do on the machine. */
export type ServiceStep =
  | { readonly kind: 'run'; readonly call: ProgramCall }
  | { readonly kind: 'write'; readonly path: string; readonly text: string }
  | { readonly kind: 'remove'; readonly path: string };

/** systemd or launchd. What is to be done is said, and not done: everything but `state` and `variables` is pure. */
export interface ServiceManager {
  readonly name: 'systemd' | 'launchd';
  readonly scope: ServiceScope;
  /** As the manager calls it. */
  readonly service: string;
  /** The unit's file. */
  readonly file: string;
  unitText(unit: ServiceUnit): string;
  /** Errors: `service_failed` when the manager cannot be asked. */
  state(): Promise<ServiceState>;
  /** What the manager gives the service by itself; undefined when it does not know the service. Errors as above. */
  variables(): Promise<Readonly<Record<string, string>> | undefined>;
  /** Makes what the file says run, now and from each start on; nothing when it does. */
  installCalls(isChanged: boolean, state: ServiceState | undefined): readonly ProgramCall[];
  /** Before its file is removed, and after. */
  readonly uninstallCalls: {
    readonly before: readonly ProgramCall[];
    readonly after: readonly ProgramCall[];
  };
  startCall(state: ServiceState): ProgramCall;
  readonly stopCall: ProgramCall;
  /** Prints the last lines, and with `follows` those that come. */
  logCall(lines: number, follows: boolean, dataDirectory: string): ProgramCall;
  /** What one line of that says, and when, where the manager says so. */
  readLogLine(line: string): LogLine;
}

export interface LogLine {
  readonly atMs: number | null;
  readonly text: string;
}
