import { formatDuration, formatInstant, formatValue } from './format-value.ts';
import type { Paint } from './paint.ts';
import { renderFacts, renderTable } from './table.ts';

interface Status {
  readonly name: string;
  readonly comment: string;
  readonly phase: string | null;
  readonly code: number | null;
  readonly sinceMs: number | null;
  readonly isProvisional: boolean;
  readonly isTold: boolean;
  readonly waterC: number | null;
  readonly failureC: number;
  readonly inputs: readonly Input[];
  readonly minima: readonly Minimum[];
}

interface Input {
  readonly input: string;
  readonly configured: string | null;
  readonly value: number | null;
  readonly isOn: boolean | null;
  readonly quality: string | null;
  readonly ageMs: number | null;
  readonly problem: string | null;
  readonly hint: string | null;
}

interface Minimum {
  readonly hours: number;
  readonly waterC: number | null;
  readonly atMs: number | null;
}

interface Minute {
  readonly startMs: number;
  readonly endMs: number;
  readonly code: number;
  readonly phase: string;
  readonly isProvisional: boolean;
  readonly n: number;
  readonly inputs: Readonly<Record<string, { readonly mean: number | null; readonly isOn: boolean | null }>>;
}

/** What people want to know; the rest is in the JSON. */
export function boilerStatusView(answer: unknown, paint: Paint): string {
  const status = answer as Status;
  const { phase, code, sinceMs, comment } = status;
  const provisional = status.isProvisional ? ', provisional' : '';
  const known = phase === null ? 'not known yet' : `${phase} (${formatValue(code)})${provisional}`;
  const facts: (readonly [string, string])[] = [
    ['boiler', formatValue(status.name)],
    ...(comment === '' ? [] : [['comment', formatValue(comment)] as const]),
    ['phase', known],
    ['since', sinceMs === null ? formatValue(null) : formatInstant(sinceMs)],
    ['water', celsius(status.waterC)],
    ['in doubt below', celsius(status.failureC)],
    ...status.minima.map(
      (one) => [`coldest of ${formatDuration(one.hours * 3_600_000)}`, coldest(one)] as const,
    ),
    ['people are told', status.isTold ? 'yes' : 'no: boiler.alerts is false'],
  ];
  return `${renderFacts(facts, paint)}\n${inputTable(status.inputs, paint)}`;
}

/** A minute a line: temperatures as means, motors as on or off. */
export function boilerMinutesView(answer: unknown, paint: Paint): string {
  const { rows } = answer as { readonly rows: readonly Minute[] };
  const said = new Set(rows.flatMap(({ inputs }) => Object.keys(inputs)));
  const names = ['water', 'flue', 'enclosure', 'secondaryFan', 'igniter', 'primaryFan', 'auger'];
  const shown = names.filter((name) => said.has(name));
  const columns = [
    { title: 'start', align: 'left' },
    { title: 'lasts', align: 'right' },
    { title: 'code', align: 'right' },
    { title: 'phase', align: 'left' },
    ...shown.map((title) => ({ title, align: 'right' }) as const),
    { title: '', align: 'left' },
  ] as const;
  const lines = rows.map(({ startMs, endMs, code, phase, n, inputs, isProvisional }) => [
    formatInstant(startMs),
    formatDuration(endMs - startMs),
    String(code),
    phase,
    ...shown.map((name) => minuteCell(inputs[name])),
    [...(n === 0 ? ['nothing good'] : []), ...(isProvisional ? ['provisional'] : [])].join(', '),
  ]);
  return rows.length === 0 ? 'Nothing is known of that time.\n' : renderTable(columns, lines, paint);
}

function minuteCell(said: Minute['inputs'][string] | undefined): string {
  if (said === undefined) return formatValue(null);
  if (said.isOn !== null) return said.isOn ? 'on' : 'off';
  return said.mean === null ? formatValue(null) : said.mean.toFixed(1);
}

function inputTable(inputs: readonly Input[], paint: Paint): string {
  const columns = [
    { title: 'input', align: 'left' },
    { title: 'from', align: 'left' },
    { title: 'value', align: 'right' },
    { title: 'age', align: 'right' },
    { title: 'quality', align: 'left' },
    { title: '', align: 'left' },
  ] as const;
  const rows = inputs.map(({ input, configured, value, isOn, ageMs, quality, problem, hint }) => [
    input,
    formatValue(configured),
    isOn === null || value === null ? formatValue(value) : `${isOn ? 'on' : 'off'} (${formatValue(value)})`,
    ageMs === null ? formatValue(null) : formatDuration(ageMs),
    quality ?? formatValue(null),
    problem === null ? '' : formatValue(`${problem}: ${hint ?? ''}`),
  ]);
  return renderTable(columns, rows, paint);
}

function coldest({ waterC, atMs }: Minimum): string {
  return atMs === null ? celsius(waterC) : `${celsius(waterC)}, in the hour from ${formatInstant(atMs)}`;
}

function celsius(value: number | null): string {
  return value === null ? formatValue(null) : `${value.toFixed(1)} °C`;
}
