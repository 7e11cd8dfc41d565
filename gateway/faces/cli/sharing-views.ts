import { eurosText } from '../../core/micro-euros.ts';
import { csvCell } from './csv-cell.ts';
import { formatInstant, formatValue } from './format-value.ts';
import type { Paint } from './paint.ts';
import { renderTable } from './table.ts';

interface Period {
  readonly period: string;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly user: { readonly derogation: { readonly number_of_derog: number } } | null;
  readonly exact: Readonly<Record<string, number | null>>;
  readonly downDays: number;
  readonly unpricedDays: number;
}

interface Year {
  readonly year: number;
  readonly madeMs: number | null;
  readonly isFinal: boolean;
  readonly statements: readonly Statement[];
  readonly microEuros: number;
  readonly unassignedMicroEuros: number;
  readonly downDays: number;
}

interface Statement {
  readonly member: string;
  readonly name: string;
  readonly euros: string;
  readonly microEuros: number;
  readonly paidDay: string | null;
  readonly openMicroEuros: number;
  readonly message: string | null;
  readonly problem: string | null;
}

const mwhPerKwh = 1_000_000;
const microEurosPerEuro = 1_000_000;

/** A period a line: the server, and of a member his part. */
export function statsView(answer: unknown, paint: Paint): string {
  const { periods, user } = answer as { readonly periods: readonly Period[]; readonly user: string | null };
  const own = user === null ? [] : ['own kWh', 'own EUR', 'derogations', 'their EUR'];
  const columns = [
    ...['period', 'from', 'to'].map((title) => ({ title, align: 'left' }) as const),
    ...['kWh', 'EUR', 'nobody’s EUR', ...own].map((title) => ({ title, align: 'right' }) as const),
    { title: '', align: 'left' } as const,
  ];
  const rows = periods.map(({ period, firstDay, lastDay, user: part, exact, ...days }) => [
    ...[period, firstDay, lastDay],
    ...[kwh(exact['mwh']), euros(exact['microEuros']), euros(exact['unassignedMicroEuros'])],
    ...(user === null
      ? []
      : [
          ...[kwh(exact['userMwh']), euros(exact['userMicroEuros'])],
          String(part?.derogation.number_of_derog ?? 0),
          euros(exact['userDerogationMicroEuros']),
        ]),
    doubts(exact['estimatedMwh'] ?? 0, days),
  ]);
  const whose = user === null ? '' : `Part of member ${formatValue(user)}\n`;
  return `${whose}${renderTable(columns, rows, paint)}`;
}

/** A member a line, and under them what the year cost in all. */
export function statementView(answer: unknown, paint: Paint): string {
  const { year, madeMs, isFinal, statements, ...sums } = answer as Year;
  if (madeMs === null && statements.length === 0)
    return `There is no statement of ${year} yet: egw statement make ${year}\n`;
  const columns = [
    { title: 'member', align: 'left' },
    { title: 'name', align: 'left' },
    { title: 'EUR', align: 'right' },
    { title: 'paid', align: 'left' },
    { title: 'open', align: 'right' },
    { title: 'told', align: 'left' },
  ] as const;
  const rows = statements.map(({ member, name, euros: owed, paidDay, openMicroEuros, message, problem }) => [
    formatValue(member),
    formatValue(name),
    owed,
    formatValue(paidDay),
    eurosText(openMicroEuros),
    formatValue(problem === null ? message : `${message ?? ''}: ${problem}`),
  ]);
  const made = madeMs === null ? '' : `, made ${formatInstant(madeMs)}`;
  const down = sums.downDays === 0 ? '' : `; of ${sums.downDays} days nothing is known`;
  return [
    paint('bold', `${year}${made}${isFinal ? '' : ', not final'}`),
    renderTable(columns, rows, paint).trimEnd(),
    `in all ${euros(sums.microEuros)} EUR, nobody’s ${euros(sums.unassignedMicroEuros)} EUR${down}`,
    '',
  ].join('\n');
}

/** RFC 4180; amounts with a full stop and all their decimals. */
export function statementCsv(answer: unknown): string {
  const { year, statements } = answer as Year;
  const rows = statements.map(({ member, name, euros: owed, paidDay, openMicroEuros }) => [
    ...[String(year), member, name, owed, paidDay, eurosText(openMicroEuros)],
  ]);
  return [['year', 'member', 'name', 'euros', 'paid', 'open'], ...rows]
    .map((cells) => `${cells.map(csvCell).join(',')}\r\n`)
    .join('');
}

/** The arithmetic of a day, a step a line. */
export function explanationView(answer: unknown): string {
  const { lines } = answer as { readonly lines: readonly string[] };
  return `${lines.map((line) => formatValue(line)).join('\n')}\n`;
}

function doubts(
  estimatedMwh: number,
  { downDays, unpricedDays }: Pick<Period, 'downDays' | 'unpricedDays'>,
): string {
  return [
    ...(estimatedMwh > 0 ? [`${kwh(estimatedMwh)} kWh estimated`] : []),
    ...(unpricedDays > 0 ? [`${unpricedDays} days without a price`] : []),
    ...(downDays > 0 ? [`${downDays} days down`] : []),
  ].join(', ');
}

function kwh(mwh: number | null | undefined): string {
  return mwh === null || mwh === undefined ? formatValue(null) : (mwh / mwhPerKwh).toFixed(2);
}

function euros(microEuros: number | null | undefined): string {
  if (microEuros === null || microEuros === undefined) return formatValue(null);
  return (microEuros / microEurosPerEuro).toFixed(2);
}
