/** The table of a device. */
export function tableOf({ id }: { readonly id: number }): string {
  return `wide_${id}`;
}

/** The column `timestamp` of a view: UTC, whole seconds. */
export function timestampOf(atMs: string): string {
  return `${timestampText(atMs)} AS timestamp`;
}

/** So that rows are found by the `timestamp` of a view: SQLite knows the same term again. */
export function timestampIndex(device: { readonly id: number }): string {
  const table = tableOf(device);
  return `CREATE INDEX IF NOT EXISTS ${table}_timestamp ON ${table} (${timestampText('at_ms')})`;
}

/** UTC, whole seconds: YYYY-MM-DDTHH:MM:SSZ. */
export function timestampText(atMs: string): string {
  return `strftime('%Y-%m-%dT%H:%M:%SZ', ${atMs} / 1000, 'unixepoch')`;
}

/** Any text as a name. */
export function quoted(name: string): string {
  return `"${plain(name).replaceAll('"', '""')}"`;
}

/** Any text as a value. */
export function literal(text: string): string {
  return `'${plain(text).replaceAll("'", "''")}'`;
}

/** SQL ends at a zero. */
function plain(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}
