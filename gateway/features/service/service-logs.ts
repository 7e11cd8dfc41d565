import { programFailure } from './run-program.ts';
import { managerInUse, type ServiceParts } from './service-host.ts';
import type { LogLine } from './managed-service.ts';

/** 128 + SIGINT: a terminal sends Ctrl-C to the program, too. */
const interruptedCode = 130;

export interface LogWish {
  /** Lines that are there already. */
  readonly lines: number;
  /** Whether to go on with those that come. */
  readonly follows: boolean;
}

/** What the service has printed, until its end or until the signal. Errors: `not_found`, `service_failed`. */
export async function followLogs(
  parts: ServiceParts,
  { lines, follows }: LogWish,
  onLine: (line: LogLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const manager = managerInUse(parts);
  const data = (await manager.variables())?.['EGW_DATA_DIR'];
  const call = manager.logCall(lines, follows, data ?? parts.defaultDataDirectory(parts.host.environment));
  let shown = 0;
  const show = (line: string): void => {
    shown += 1;
    onLine(manager.readLogLine(line));
  };
  const end = await parts.programs.follow(call, show, signal);
  if (signal.aborted || end.exitCode === interruptedCode) return;
  // A journal that one may not read is an empty one, with a word about it.
  const isRefused = shown === 0 && end.errors !== '';
  if (end.exitCode !== 0 || isRefused) throw programFailure(call, end);
}
