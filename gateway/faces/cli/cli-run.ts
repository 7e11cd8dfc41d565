import type { Cancel } from '../../core/clock.ts';
import type { Terminal } from '../../core/terminal.ts';

export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** False when more should wait for the event `drain`, as Node's streams have it. */
  write(text: string): unknown;
  once?(event: 'drain', listener: () => void): unknown;
}

/** The terminal, or what stands in for it. */
export interface CliIo {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Ctrl-C, and being told to end: calls back, each time, instead of ending the process. */
  onInterrupt(callback: () => void): Cancel;
}

/** Time as it passes here. */
export interface CliTime {
  /** UTC epoch ms. */
  now(): number;
  every(periodMs: number, callback: () => void): Cancel;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A verb that needs no running gateway. */
export interface OfflineCommand {
  /** The words after `egw`: `config check`. */
  readonly verb: string;
  readonly summary: string;
  /** For the help: `[FILE]`. */
  readonly usage: string;
  /** Gets what follows the verb, `--json` and `--help` taken out. Answers the exit code; throws GatewayErrors. */
  run(call: {
    readonly argv: readonly string[];
    readonly json: boolean;
    readonly environment: Environment;
    readonly io: CliIo;
  }): Promise<number>;
}

/** The gateway's own program, loaded only by the verbs that need it. */
export interface GatewayProgram {
  /** Runs until it is stopped; answers the exit code. */
  startGateway(argv: readonly string[], environment: Environment): Promise<number>;
  readonly offlineCommands: readonly OfflineCommand[];
}

export interface CliRun {
  /** What follows `egw`. */
  readonly argv: readonly string[];
  readonly environment: Environment;
  /** Where it was called, absolute; absent where that is nobody's folder. */
  readonly folder?: string;
  readonly io: CliIo;
  readonly time: CliTime;
  readonly version: string;
  /** Undefined where nobody sits; absent as well. */
  readonly openTerminal?: () => Promise<Terminal | undefined>;
  loadProgram(): Promise<GatewayProgram>;
}
