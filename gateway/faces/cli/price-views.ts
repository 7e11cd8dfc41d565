import { formatValue } from './format-value.ts';
import type { Paint } from './paint.ts';
import { renderTable } from './table.ts';

interface Prices {
  readonly validFrom: string;
  readonly lastDay: string | null;
  readonly bluePeak: number;
  readonly blueOffPeak: number;
  readonly whitePeak: number;
  readonly whiteOffPeak: number;
  readonly redPeak: number;
  readonly redOffPeak: number;
}

interface ImportedPrices {
  readonly taken: readonly Prices[];
  readonly unchanged: number;
  readonly refused: readonly { readonly where: string; readonly why: string }[];
  readonly otherPowers: number;
  readonly isSwapped: boolean;
}

interface CostRow {
  readonly what?: string;
  readonly kwh: number;
  readonly estimatedKwh: number;
  readonly unpricedKwh: number;
  readonly euros: string;
}

interface Cost {
  readonly by: string;
  readonly rows: readonly CostRow[];
  readonly total: CostRow;
  readonly problem: string | null;
}

const priceColumns = [
  { title: 'from', align: 'left' },
  { title: 'to', align: 'left' },
  { title: 'blue', align: 'right' },
  { title: 'off-peak', align: 'right' },
  { title: 'white', align: 'right' },
  { title: 'off-peak', align: 'right' },
  { title: 'red', align: 'right' },
  { title: 'off-peak', align: 'right' },
] as const;

/** Euros per kWh with four decimals at least: what prices are published with. */
function priceText(euros: number): string {
  return euros.toFixed(6).replace(/0{1,2}$/, '');
}

function priceTable(rows: readonly Prices[], paint: Paint): string {
  const cells = rows.map((row) => [
    row.validFrom,
    row.lastDay ?? '',
    priceText(row.bluePeak),
    priceText(row.blueOffPeak),
    priceText(row.whitePeak),
    priceText(row.whiteOffPeak),
    priceText(row.redPeak),
    priceText(row.redOffPeak),
  ]);
  return renderTable(priceColumns, cells, paint);
}

/** What was taken of a file, and each row that was not, and why. */
export function importedPricesView(answer: unknown, paint: Paint): string {
  const { taken, unchanged, refused, otherPowers, isSwapped } = answer as ImportedPrices;
  const lines = [
    `${taken.length} taken, of which ${unchanged} were there; ${refused.length} refused`,
    ...refused.map(({ where, why }) => `${formatValue(where)}: ${formatValue(why)}`),
    ...(otherPowers > 0 ? [`${otherPowers} are of other subscribed powers`] : []),
    ...(isSwapped ? ['its dates had day and month swapped, which was put right'] : []),
  ];
  return `${taken.length > 0 ? priceTable(taken, paint) : ''}${lines.join('\n')}\n`;
}

/** What energy cost row by row, their sum, and why some of it has no price. */
export function costView(answer: unknown, paint: Paint): string {
  const { by, rows, total, problem } = answer as Cost;
  const columns = [
    { title: by, align: 'left' },
    { title: 'kWh', align: 'right' },
    { title: 'estimated', align: 'right' },
    { title: 'without price', align: 'right' },
    { title: '€', align: 'right' },
  ] as const;
  const cells = [...rows, { ...total, what: 'total' }].map(
    ({ what, kwh, estimatedKwh, unpricedKwh, euros }) => [
      formatValue(what ?? ''),
      ...[kwh, estimatedKwh, unpricedKwh].map((energy) => energy.toFixed(3)),
      euros,
    ],
  );
  const why = problem === null ? '' : `Without price: ${formatValue(problem)}\n`;
  return renderTable(columns, cells, paint) + why;
}
