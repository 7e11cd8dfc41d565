/** How a verb ends, for scripts. The codes 3 to 10 are those of a gateway that cannot start. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  unreachable: 11,
  notPermitted: 12,
  notFound: 13,
  refused: 14,
} as const;

/** The exit code for an answer's HTTP status. */
export function exitCodeOfStatus(status: number): number {
  if (status < 400) return exitCodes.ok;
  if (status === 401 || status === 403) return exitCodes.notPermitted;
  if (status === 404) return exitCodes.notFound;
  return status < 500 ? exitCodes.refused : exitCodes.unexpected;
}
