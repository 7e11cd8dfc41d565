import { formatDuration, formatInstant, formatValue } from './format-value.ts';
import type { Paint } from './paint.ts';
import { renderFacts, renderTable, type Column } from './table.ts';

interface Server {
  readonly name: string;
  readonly position: string | null;
  readonly seenBy: string | null;
  readonly powerW: number | null;
  readonly wanted: string | null;
  readonly why: string;
  readonly nextChangeMs: number | null;
  readonly nextPosition: string | null;
  readonly nextWhy: string | null;
  readonly isNextCertain: boolean;
  readonly lastOrder: Order | null;
  readonly switch: string | null;
  readonly policy: string;
  readonly dryRun: boolean;
  readonly problem: string | null;
  readonly derogations: readonly { readonly id: number; readonly member: string; readonly endMs: number }[];
  readonly ups: Ups | null;
}

interface Order {
  readonly wanted: string;
  readonly by: string;
  readonly decidedMs: number;
  readonly state: string;
  readonly words: string;
  readonly problem: string | null;
}

interface Ups {
  readonly isOnBattery: boolean | null;
  readonly chargePercent: number | null;
  readonly runtimeS: number | null;
  readonly isHeard: boolean;
  readonly phase: string;
}

interface Energy {
  readonly by: string;
  readonly days: readonly Day[];
  readonly sums: readonly Sum[];
  readonly total: Sum;
}

interface Band {
  readonly mwh: number | null;
}

interface Day {
  readonly day: string;
  readonly isOpen: boolean;
  readonly colour: string | null;
  readonly colourState: string | null;
  readonly bands: { readonly peak: Band; readonly 'off-peak': Band };
  readonly mwh: number | null;
  readonly kind: string | null;
  readonly microEuros: number | null;
  readonly problem: string | null;
}

interface Sum {
  readonly colour: string | null;
  readonly band: string | null;
  readonly days: number;
  readonly mwh: number;
  readonly estimatedMwh: number;
  readonly downDays: number;
  readonly microEuros: number;
  readonly unpricedDays: number;
}

const mwhPerKwh = 1_000_000;
const microEurosPerEuro = 1_000_000;

/** Where the server stands and why, as one tells it. */
export function serverView(answer: unknown, paint: Paint): string {
  const server = answer as Server;
  const { lastOrder, derogations, ups, problem } = server;
  return renderFacts(
    [
      ['server', formatValue(server.name)],
      ['is', seen(server)],
      ...(problem === null ? [] : [['problem', formatValue(problem)] as const]),
      ['policy', `${server.policy}${server.dryRun ? ', dry run: nothing is sent' : ''}`],
      ['wants it', `${server.wanted ?? 'as people switch it'}: ${formatValue(server.why)}`],
      ['next', next(server)],
      ['switch', formatValue(server.switch)],
      ['last order', lastOrder === null ? 'none' : orderWords(lastOrder)],
      ['derogations', derogations.map(derogationWords).join('; ') || 'none'],
      ...(ups === null ? [] : [['UPS', upsWords(ups)] as const]),
    ],
    paint,
  );
}

/** A day, a band or a colour a line, and all of it in the last. */
export function serverEnergyView(answer: unknown, paint: Paint): string {
  const { by, days, sums, total } = answer as Energy;
  if (total.days === 0) return 'Nothing was metered in that time.\n';
  return by === 'day' ? dayTable(days, total, paint) : sumTable(by, sums, total, paint);
}

function dayTable(days: readonly Day[], total: Sum, paint: Paint): string {
  const columns = [
    ...[left('day'), left('colour'), right('peak kWh'), right('off-peak kWh'), right('kWh'), right('EUR')],
    ...[left('quality'), left('')],
  ];
  const rows = days.map(({ bands, ...day }) => [
    day.day,
    `${day.colour ?? '-'}${day.colourState === 'provisional' ? '?' : ''}`,
    ...[kwh(bands.peak.mwh), kwh(bands['off-peak'].mwh), kwh(day.mwh), euros(day.microEuros)],
    day.kind ?? 'not read yet',
    formatNote([...(day.isOpen ? ['until now'] : []), ...(day.problem === null ? [] : [day.problem])]),
  ]);
  const all = ['all', '', '', '', kwh(total.mwh), euros(total.microEuros), '', formatNote(doubts(total))];
  return renderTable(columns, [...rows, all], paint);
}

function sumTable(by: string, sums: readonly Sum[], total: Sum, paint: Paint): string {
  const columns = [left(by), right('days'), right('kWh'), right('EUR'), left('')];
  const row = (name: string, sum: Sum): readonly string[] => [
    ...[name, String(sum.days), kwh(sum.mwh), euros(sum.microEuros)],
    formatNote(doubts(sum)),
  ];
  const named = sums.map((sum) => row((by === 'band' ? sum.band : sum.colour) ?? 'not known', sum));
  return renderTable(columns, [...named, row('all', total)], paint);
}

function doubts({ estimatedMwh, unpricedDays, downDays }: Sum): readonly string[] {
  return [
    ...(estimatedMwh > 0 ? [`${kwh(estimatedMwh)} kWh estimated`] : []),
    ...(unpricedDays > 0 ? [`${unpricedDays} days without a price`] : []),
    ...(downDays > 0 ? [`${downDays} days down`] : []),
  ];
}

function seen({ position, seenBy, powerW }: Server): string {
  if (position === null) return 'not seen';
  const power = powerW === null ? '' : `, ${formatValue(powerW, {}, 'W')}`;
  return `${position}${power}${seenBy === null ? '' : ` (by its ${seenBy})`}`;
}

function next({ nextChangeMs, nextPosition, nextWhy, isNextCertain }: Server): string {
  const doubt = isNextCertain ? '' : '; a colour that is not known yet may change it';
  if (nextChangeMs === null) return `none in sight${doubt}`;
  return `${nextPosition ?? ''} at ${formatInstant(nextChangeMs)}: ${formatValue(nextWhy)}${doubt}`;
}

function orderWords({ wanted, by, decidedMs, state, words, problem }: Order): string {
  const trouble = problem === null ? '' : ` (${problem})`;
  return formatValue(`${wanted} at ${formatInstant(decidedMs)} by ${by}: ${words}; ${state}${trouble}`);
}

function derogationWords({ id, member, endMs }: Server['derogations'][number]): string {
  return formatValue(`${id} of ${member} until ${formatInstant(endMs)}`);
}

function upsWords({ isOnBattery, chargePercent, runtimeS, isHeard, phase }: Ups): string {
  if (isOnBattery === null) return 'has said nothing yet';
  return [
    isOnBattery ? 'on battery' : 'on mains',
    ...(chargePercent === null ? [] : [formatValue(chargePercent, {}, '%')]),
    ...(runtimeS === null ? [] : [`lasts ${formatDuration(runtimeS * 1_000)}`]),
    ...(phase === 'shut' ? ['the server was shut down because of it'] : []),
    ...(isHeard ? [] : ['silent']),
  ].join(', ');
}

function formatNote(parts: readonly string[]): string {
  return parts.length === 0 ? '' : formatValue(parts.join('; '));
}

function left(title: string): Column {
  return { title, align: 'left' };
}

function right(title: string): Column {
  return { title, align: 'right' };
}

function kwh(mwh: number | null): string {
  return mwh === null ? formatValue(null) : (mwh / mwhPerKwh).toFixed(2);
}

function euros(microEuros: number | null): string {
  return microEuros === null ? formatValue(null) : (microEuros / microEurosPerEuro).toFixed(2);
}
