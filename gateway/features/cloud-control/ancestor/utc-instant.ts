const pattern = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?Z?$/;

/**
 * UTC epoch ms of an instant as the earlier gateway's backend writes it: `2025-03-14T15:00:00.000000`, without its
 * zone, which is UTC here. undefined for what is no such instant, such as the 30th of February.
 */
export function utcInstantMs(text: string): number | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const atMs = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
  const isReal = Number.isFinite(atMs) && new Date(atMs).toISOString().slice(0, 19) === text.slice(0, 19);
  return isReal ? atMs + Math.floor(Number(`0.${match[7] ?? '0'}`) * 1_000) : undefined;
}

/** The same the other way. */
export function utcInstantText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 23)}000`;
}
