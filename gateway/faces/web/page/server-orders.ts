import { formatTime } from './format.ts';
import { createFactTable } from './fact-table.ts';
import { makeElement, setHidden } from './make-element.ts';
import type { ServerDeeds } from './server-deeds.ts';
import type { ServerOrder } from './server-types.ts';

export interface OrderList {
  readonly element: HTMLElement;
  show(orders: readonly ServerOrder[]): void;
}

/** What the server was told, newest first; behind a tap. */
export function createOrderList(deeds: Pick<ServerDeeds, 'time'>): OrderList {
  const table = createFactTable<NamedOrder>('Orders to the server', [
    {
      title: 'When',
      text: ({ decidedMs }) => {
        const { nowMs, zone } = deeds.time();
        return formatTime(decidedMs, nowMs, zone);
      },
    },
    { title: 'Told', text: ({ wanted }) => wanted },
    { title: 'By', text: ({ by }) => by },
    { title: 'Came to', text: stateWords, isBad: ({ state }) => state === 'failed' },
    { title: 'Because', text: ({ words }) => words },
  ]);
  const summary = makeElement('summary', {}, 'What it was told');
  const element = makeElement('details', { class: 'more' }, summary, table.element);
  return {
    element,
    show: (orders) => {
      setHidden(element, orders.length === 0);
      table.show(orders.map((order) => ({ ...order, name: String(order.id) })));
    },
  };
}

type NamedOrder = ServerOrder & { readonly name: string };

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
