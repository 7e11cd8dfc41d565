import { exitCodes } from '../../core/exit-codes.ts';

/** The exit code for an answer's HTTP status. */
export function exitCodeOfStatus(status: number): number {
  if (status < 400) return exitCodes.ok;
  if (status === 401 || status === 403) return exitCodes.not_permitted;
  if (status === 404) return exitCodes.not_found;
  return status < 500 ? exitCodes.input_refused : exitCodes.unexpected;
}
