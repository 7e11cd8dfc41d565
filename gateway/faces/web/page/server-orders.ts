import { formatTime } from './format.ts';
import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeElement, setHidden, setText } from './make-element.ts';
import type { ServerDeeds } from './server-deeds.ts';
import type { ServerOrder } from './server-types.ts';

export interface OrderList {
  readonly element: HTMLElement;
  show(orders: readonly ServerOrder[]): void;
}

/** What the server was told, newest first; behind a tap. */
export function createOrderList(deeds: Pick<ServerDeeds, 'time'>): OrderList {
  const list = makeElement('ul', { class: 'people' });
  const showRows = createKeyedRows<ServerOrder>(
    list,
    ({ id }) => String(id),
    () => makeRow(deeds),
  );
  const summary = makeElement('summary', {}, 'What it was told');
  const element = makeElement('details', { class: 'more' }, summary, list);
  return {
    element,
    show: (orders) => {
      setHidden(element, orders.length === 0);
      showRows(orders);
    },
  };
}

function makeRow(deeds: Pick<ServerDeeds, 'time'>): Row<ServerOrder> {
  const words = makeElement('span');
  const detail = makeElement('span', { class: 'line-detail' });
  const state = makeElement('span');
  return {
    element: makeElement('li', {}, makeElement('span', {}, words, detail), state),
    show: (order) => {
      const { nowMs, zone } = deeds.time();
      setText(words, `${formatTime(order.decidedMs, nowMs, zone)}: ${order.wanted}, by ${order.by}`);
      setText(detail, order.words);
      setText(state, stateWords(order));
      state.toggleAttribute('data-bad', order.state === 'failed');
    },
  };
}

const stateMeanings: Readonly<Record<string, string>> = {
  waiting: 'not sent yet',
  sending: 'on its way',
  sent: 'taken, not seen to be done yet',
  done: 'done',
  unneeded: 'it was so already',
  failed: 'given up',
  superseded: 'another one came first',
  dry: 'not sent (dryRun)',
};

function stateWords({ state, tries, problem }: ServerOrder): string {
  const told = tries > 1 ? `, told ${tries} times` : '';
  return `${stateMeanings[state] ?? state}${told}${problem === null ? '' : `: ${problem}`}`;
}
