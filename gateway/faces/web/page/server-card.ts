import { createFactList } from './fact-list.ts';
import type { Fact } from './fact.ts';
import { formatDuration, formatFixed, formatPower, formatTime } from './format.ts';
import { makeElement, setAttribute, setHidden, setText } from './make-element.ts';
import { createOrderList } from './server-orders.ts';
import type { ServerDeeds } from './server-deeds.ts';
import type { ServerNow, ServerOrder, Ups } from './server-types.ts';
import { createSureButton } from './sure-button.ts';

export interface ServerCard {
  readonly element: HTMLElement;
  show(server: ServerNow, orders: readonly ServerOrder[]): void;
}

/** The server now: its position, why it has it, what comes next, and what it was told. */
export function createServerCard(deeds: ServerDeeds): ServerCard {
  const name = makeElement('h2');
  const position = makeElement('strong', { class: 'server-position' });
  const power = makeElement('span', { class: 'server-power' });
  const state = makeElement('div', { class: 'server-state' }, position, ' ', power);
  const why = makeElement('p');
  const problem = makeElement('p', { class: 'server-problem', role: 'alert' });
  const dry = makeElement('p', { class: 'note', hidden: '' }, dryWords);
  const facts = createFactList();
  const on = createSureButton('Switch on', 'Switch on now?', () =>
    deeds.do(() => deeds.client.switchOn(), 'The server is told to switch on.'),
  );
  const off = createSureButton('Switch off', 'Switch off now?', () =>
    deeds.do(() => deeds.client.switchOff(), 'The server is told to switch off.'),
  );
  const buttons = makeElement('div', { class: 'job-buttons' }, on, off);
  const orders = createOrderList(deeds);
  return {
    element: makeElement(
      'div',
      { class: 'card server-card' },
      ...[name, state, why, problem, dry, facts.element, buttons, orders.element],
    ),
    show: (server, told) => {
      const time = deeds.time();
      setText(name, server.name);
      setAttribute(state, 'data-position', server.position ?? 'unknown');
      setText(position, server.position === null ? 'Not seen' : positionWords[server.position]);
      setText(power, server.powerW === null ? '' : formatPower(server.powerW));
      setText(why, sentence(server.why));
      setText(problem, server.problem ?? '');
      setHidden(problem, server.problem === null);
      setHidden(dry, !server.dryRun);
      facts.show(factsOf(server, time.nowMs, time.zone));
      setHidden(buttons, !server.hasSwitch);
      orders.show(told);
    },
  };
}

const positionWords = { on: 'On', off: 'Off' };
const dryWords = 'Nothing is sent to the server: dryRun is set. What would be told to it is written down.';

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function factsOf(server: ServerNow, nowMs: number, zone: string | undefined): readonly Fact[] {
  const { wanted, nextChangeMs, nextPosition, nextWhy, isNextCertain, ups } = server;
  const doubt = isNextCertain ? '' : '; a colour that is not known yet may change it';
  const next =
    nextChangeMs === null || nextPosition === null
      ? `none is known yet${doubt}`
      : `${nextPosition}, ${formatTime(nextChangeMs, nowMs, zone)}: ${nextWhy ?? ''}${doubt}`;
  return [
    ['The policy wants', wanted ?? 'nothing: people switch it'],
    ['Next switching', next],
    ...(ups === null ? [] : [['UPS', upsWords(ups)] as const]),
  ];
}

function upsWords({ isOnBattery, chargePercent, runtimeS, isHeard, phase }: Ups): string {
  if (isOnBattery === null) return 'it has said nothing yet';
  const state = isOnBattery ? 'on battery' : 'on mains';
  const charge = chargePercent === null ? '' : `, ${formatFixed(chargePercent, 0, '%')}`;
  const runtime = runtimeS === null ? '' : `, lasts ${formatDuration(runtimeS * 1_000)}`;
  const shut = phase === 'shut' ? '; the server was shut down because of it' : '';
  return `${state}${charge}${runtime}${shut}${isHeard ? '' : ' (old)'}`;
}
