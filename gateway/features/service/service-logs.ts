import { programFailure } from './run-program.ts';
import { managerInUse, type ServiceParts } from './service-host.ts';
import type { LogLine } from './managed-service.ts';

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
  const end = await parts.programs.follow(call, (line) => onLine(manager.readLogLine(line)), signal);
  if (end.exitCode !== 0 && !signal.aborted) throw programFailure(call, end);
}
