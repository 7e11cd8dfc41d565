import type { Fact } from './fact.ts';
import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeElement, setText } from './make-element.ts';

export interface FactList {
  readonly element: HTMLElement;
  show(facts: readonly Fact[]): void;
}

/** Names with texts, as many in a line as there is room for. */
export function createFactList(): FactList {
  const element = makeElement('dl', { class: 'facts' });
  return { element, show: createKeyedRows<Fact>(element, ([name]) => name, makeFact) };
}

function makeFact([name]: Fact): Row<Fact> {
  const value = makeElement('dd');
  return {
    element: makeElement('div', {}, makeElement('dt', {}, name), value),
    show: ([, text]) => setText(value, text),
  };
}
