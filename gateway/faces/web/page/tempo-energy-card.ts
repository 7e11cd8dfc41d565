import { createFactTable } from './fact-table.ts';
import { formatEnergy } from './format.ts';
import { createKeyedRows } from './keyed-rows.ts';
import { makeElement, setHidden, setText } from './make-element.ts';
import type { EnergyDay } from './server-types.ts';
import { createDayRow, type DayRow } from './tempo-day-row.ts';
import { sumByColour, type ColourSum } from './tempo-energy-sums.ts';
import type { ServerDeeds } from './server-deeds.ts';
import type { TempoWish } from './tempo-wish.ts';
import { formatEuros, kwhOf, monthWords } from './tempo-words.ts';

export interface EnergyCard {
  readonly element: HTMLElement;
  show(days: readonly EnergyDay[], wish: TempoWish, today: string): void;
}

/** Energy and cost by colour and band, and day by day; a day says what its cost is made of. */
export function createEnergyCard(deeds: ServerDeeds): EnergyCard {
  const title = makeElement('h2');
  const table = createFactTable<NamedSum>('Energy and cost by colour', columns);
  const doubt = makeElement('p', { class: 'note' });
  const none = makeElement('p', { class: 'note', hidden: '' }, 'Nothing was metered in these days.');
  const list = makeElement('div', { class: 'devices tempo-days' });
  const rows = new Map<string, DayRow>();
  const showRows = createKeyedRows<EnergyDay>(
    list,
    ({ day }) => day,
    ({ day }) => {
      const row = createDayRow(day, deeds);
      rows.set(day, row);
      return row;
    },
  );
  let opened: string | undefined;
  return {
    element: makeElement('div', { class: 'card tempo-energy' }, title, table.element, doubt, none, list),
    show: (days, wish, today) => {
      setText(title, `Energy and cost of the server, ${spanWords(wish, today)}`);
      const sums = sumByColour(days);
      table.show(sums.map((sum) => ({ ...sum, name: sum.colour })));
      setHidden(table.element, days.length === 0);
      setHidden(none, days.length > 0);
      setText(doubt, doubtWords(sums.at(-1)));
      showRows(days.toReversed());
      const known = new Set(days.map(({ day }) => day));
      for (const day of rows.keys()) if (!known.has(day)) rows.delete(day);
      if (wish.day === opened) return;
      const row = wish.day === undefined ? undefined : rows.get(wish.day);
      if (wish.day === undefined || row !== undefined) opened = wish.day;
      row?.open();
    },
  };
}

type NamedSum = ColourSum & { readonly name: string };

const colourNames: Readonly<Record<ColourSum['colour'], string>> = {
  blue: 'Blue',
  white: 'White',
  red: 'Red',
  unknown: 'Not known',
  all: 'All',
};

const columns = [
  { title: 'Colour', text: ({ colour }: NamedSum) => colourNames[colour] },
  { title: 'Days', isNumber: true, text: ({ days }: NamedSum) => String(days) },
  { title: 'Peak', isNumber: true, text: ({ peakMwh }: NamedSum) => formatEnergy(kwhOf(peakMwh)) },
  { title: 'Off-peak', isNumber: true, text: ({ offPeakMwh }: NamedSum) => formatEnergy(kwhOf(offPeakMwh)) },
  {
    title: 'Together',
    isNumber: true,
    text: ({ peakMwh, offPeakMwh }: NamedSum) => formatEnergy(kwhOf(peakMwh + offPeakMwh)),
  },
  {
    title: 'Cost',
    isNumber: true,
    text: ({ microEuros, unpriced, days, down }: NamedSum) =>
      unpriced > 0 && unpriced + down === days ? 'not known' : formatEuros(microEuros),
  },
];

function spanWords({ month, season }: TempoWish, today: string): string {
  return season === undefined ? monthWords(month ?? today.slice(0, 7)) : `season ${season.replace('-', '–')}`;
}

function doubtWords(all: ColourSum | undefined): string {
  if (all === undefined) return '';
  const { estimatedMwh, unpriced, down } = all;
  const lines = [
    estimatedMwh > 0 ? `${formatEnergy(kwhOf(estimatedMwh))} of it are estimated.` : '',
    unpriced > 0 ? `${count(unpriced)} without a price: what they cost is not in the sum.` : '',
    down > 0 ? `${count(down)} of which nothing is known: they cost nothing.` : '',
  ];
  return lines.filter((line) => line !== '').join(' ');
}

function count(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
