import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeElement, setText } from './make-element.ts';
import type { Quota } from './tempo-types.ts';
import { colourWords } from './tempo-words.ts';

export interface QuotaList {
  readonly element: HTMLElement;
  show(quotas: readonly Quota[]): void;
}

/** How many days of each colour the season has had, and still has. */
export function createQuotaList(): QuotaList {
  const element = makeElement('ul', { class: 'tempo-quotas' });
  return { element, show: createKeyedRows<Quota>(element, ({ colour }) => colour, makeQuota) };
}

function makeQuota({ colour }: Quota): Row<Quota> {
  const words = makeElement('span');
  const bar = makeElement('span', { class: 'bar' }, makeElement('span'));
  const name = makeElement('span', { 'data-chip': colour }, colourWords[colour]);
  return {
    element: makeElement('li', {}, name, words, bar),
    show: ({ used, total, left }) => {
      setText(words, `${used} of ${total} used, ${left} left`);
      bar.style.setProperty('--share', String(Math.min(1, used / total)));
    },
  };
}
