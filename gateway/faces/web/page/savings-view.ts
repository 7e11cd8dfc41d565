import { formatCount } from './format.ts';
import type { SavingsSum } from './job-types.ts';
import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeElement, setHidden, setText } from './make-element.ts';
import { formatEuros, formatGrams, formatWork, sumDetail, sumNote, sumSaved } from './saving-words.ts';

interface Total {
  readonly name: string;
  readonly tone: string;
  readonly text: string;
  readonly detail: string;
}

/** What waiting saved in the last 30 days, beside starting everything at once. */
export function createSavingsView(): { readonly element: HTMLElement; show(sum: SavingsSum): void } {
  const totals = makeElement('dl');
  const note = makeElement('p', { class: 'note' });
  const heading = makeElement('h2', {}, 'Saved in the last 30 days');
  const element = makeElement('div', { class: 'card savings', hidden: '' }, heading, totals, note);
  const showTotals = createKeyedRows<Total>(totals, ({ name }) => name, makeTotal);
  return {
    element,
    show: (sum) => {
      setHidden(element, sum.jobs === 0);
      showTotals(totalsOf(sum));
      setText(note, sumNote(sum));
    },
  };
}

/** A home without a tariff has no cost to tell. */
function totalsOf({ carbonGrams, microEuros, jobs, energyKwh }: SavingsSum): readonly Total[] {
  const cost = {
    name: 'Cost',
    tone: 'grid',
    text: sumSaved(microEuros, formatEuros),
    detail: sumDetail(microEuros, formatEuros),
  };
  return [
    {
      name: 'CO₂',
      tone: 'other-2',
      text: sumSaved(carbonGrams, formatGrams),
      detail: sumDetail(carbonGrams, formatGrams),
    },
    ...(microEuros === null ? [] : [cost]),
    { name: 'Jobs run', tone: 'accent', text: formatCount(jobs), detail: `with ${formatWork(energyKwh)}` },
  ];
}

function makeTotal({ name, tone }: Total): Row<Total> {
  const value = makeElement('dd');
  const detail = makeElement('dd');
  const element = makeElement('div', { class: 'total' }, makeElement('dt', {}, name), value, detail);
  element.style.setProperty('--tone', `var(--${tone})`);
  return {
    element,
    show: (total) => {
      setText(value, total.text);
      setText(detail, total.detail);
    },
  };
}
