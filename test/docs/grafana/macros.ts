/** What Grafana knows when it asks. */
export interface Asking {
  readonly fromMs: number;
  readonly toMs: number;
  readonly intervalMs: number;
  /** Values of the dashboard's variables. */
  readonly variables: Readonly<Record<string, readonly string[]>>;
}

/**
 * The variables, as Grafana writes them into a query (grafana.com/docs, "Variable syntax": `sqlstring`, `regex`, and
 * without a format the value, of several `(a|b)` as Prometheus wants it), and its own `$__from`, `$__to` in ms and
 * `$__interval`.
 */
export function withVariables(query: string, asking: Asking): string {
  const { fromMs, toMs, intervalMs, variables } = asking;
  let text = query
    .replaceAll('${__from:date:iso}', new Date(fromMs).toISOString())
    .replaceAll('${__to:date:iso}', new Date(toMs).toISOString())
    .replaceAll('$__from', String(fromMs))
    .replaceAll('$__to', String(toMs))
    .replaceAll('$__interval_ms', String(intervalMs))
    .replaceAll('$__interval', `${intervalMs / 1_000}s`);
  for (const [name, values] of Object.entries(variables)) {
    text = text
      .replaceAll(`\${${name}:sqlstring}`, values.map((one) => `'${one.replaceAll("'", "''")}'`).join(','))
      .replaceAll(`\${${name}:regex}`, regexOf(values))
      .replaceAll(`$${name}`, values.length === 1 ? (values[0] ?? '') : regexOf(values));
  }
  return text;
}

function regexOf(values: readonly string[]): string {
  const escaped = values.map((one) => one.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&'));
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
}

/** `$__timeFilter` and `$__timeGroupAlias` as Grafana's PostgreSQL data source has them (macros.go), without TimescaleDB. */
export function withPostgresMacros(query: string, asking: Asking): string {
  const [from, to] = [new Date(asking.fromMs).toISOString(), new Date(asking.toMs).toISOString()];
  return withVariables(query, asking)
    .replace(/\$__timeFilter\(([^)]*)\)/g, `$1 BETWEEN '${from}' AND '${to}'`)
    .replace(/\$__timeGroupAlias\(([^,)]*), *'?(\d+)([sh])'?\)/g, (_, column: string, count, unit) => {
      const seconds = Number(count) * (unit === 'h' ? 3_600 : 1);
      return `floor(extract(epoch from ${column})/${seconds})*${seconds} AS "time"`;
    });
}

/** `$timeFilter`, as Grafana's InfluxDB data source has it (models/query.go). */
export function withInfluxMacros(query: string, asking: Asking): string {
  const { fromMs, toMs } = asking;
  return withVariables(query.replaceAll('$timeFilter', `time >= ${fromMs}ms and time <= ${toMs}ms`), asking);
}
