import { formatValue } from './format-value.ts';
import type { Paint } from './paint.ts';
import { renderTable } from './table.ts';

interface Row {
  readonly validFrom: string;
  readonly lastDay: string | null;
  readonly source: string;
  readonly isBuiltIn: boolean;
  readonly isNow: boolean;
  readonly bluePeak: number;
  readonly blueOffPeak: number;
  readonly whitePeak: number;
  readonly whiteOffPeak: number;
  readonly redPeak: number;
  readonly redOffPeak: number;
}

interface Prices {
  readonly rows: readonly Row[];
  readonly everyDay?: readonly { readonly price: string; readonly eurosPerKwh: number }[];
}

/** Bills have so many decimals, and some lists more. */
const decimalsMin = 4;
const colours = ['blue', 'white', 'red'] as const;

/** Six prices a line, peak and off-peak of each colour, none of their decimals lost. */
export function tempoPricesView(answer: unknown, paint: Paint): string {
  const { rows, everyDay = [] } = answer as Prices;
  const columns = [
    ...['valid from', 'last day'].map((title) => ({ title, align: 'left' }) as const),
    ...colours.map((colour) => ({ title: `${colour} peak/off`, align: 'right' }) as const),
    ...['', 'source'].map((title) => ({ title, align: 'left' }) as const),
  ];
  const lines = rows.map((row) => [
    ...[row.validFrom, formatValue(row.lastDay)],
    `${euros(row.bluePeak)} ${euros(row.blueOffPeak)}`,
    `${euros(row.whitePeak)} ${euros(row.whiteOffPeak)}`,
    `${euros(row.redPeak)} ${euros(row.redOffPeak)}`,
    row.isNow ? 'now' : '',
    `${formatValue(row.source)}${row.isBuiltIn ? ', built in' : ''}`,
  ]);
  const fixed = everyDay.map(({ price, eurosPerKwh }) => `${price} ${euros(eurosPerKwh)}`).join(', ');
  const note = fixed === '' ? '' : `On every day, by the configuration: ${fixed}\n`;
  return `${renderTable(columns, lines, paint)}Euros per kWh with all taxes.\n${note}`;
}

function euros(price: number): string {
  const text = String(price);
  const [, decimals = ''] = text.split('.');
  return decimals.length > decimalsMin ? text : price.toFixed(decimalsMin);
}
