import type { ReachableNetwork } from '../gateway-status.ts';
import { joinNetwork, type NetworkWish } from '../join-network.ts';
import type { Joining, JoiningStage } from '../session-messages.ts';
import { makeElement } from './make-element.ts';
import { button, buttonRow, checkMark, errorPanel, panel, sentence, spinner } from './panels.ts';
import { clientOf, type SetupContext } from './setup-context.ts';

const stageWords: readonly (readonly [JoiningStage, string])[] = [
  ['associating', 'Reaching the network'],
  ['authenticating', 'Being let in'],
  ['address', 'Getting an address'],
  ['checking', 'Looking for the internet'],
];

/** Step 4: the joining, live, to its end. */
export async function showJoin(
  context: SetupContext,
  wish: NetworkWish,
  network: ReachableNetwork | undefined,
): Promise<void> {
  const client = clientOf(context);
  if (client === undefined) return;
  const { wizard, clock, go } = context;
  const list = makeElement('ol', { class: 'stages' });
  const place = makeElement('div', {}, note());
  wizard.show({ step: 'Join', title: `Joining “${wish.ssid}”`, content: [list, place] });
  let stage: JoiningStage = 'associating';
  const show = (isRunning: boolean): void => list.replaceChildren(...stageRows(stage, isRunning));
  const told = (joining: Joining): void => {
    if (joining.stage !== 'failed') stage = joining.stage;
    show(joining.stage !== 'failed');
    const words = stageWords.find(([name]) => name === joining.stage)?.[1];
    if (words !== undefined) wizard.say(words);
  };
  show(true);
  const again = (): readonly HTMLElement[] => [
    button('Try again', 'primary', () => go.password({ network, wish })),
    button('Another network', 'plain', () => void go.networks()),
  ];
  try {
    const end = await joinNetwork(client, clock, wish, told);
    if (end.stage === 'failed') place.replaceChildren(failedPanel(end), buttonRow(...again()));
    else {
      const good = joinedPanel(end);
      place.replaceChildren(good, buttonRow(button('Go on', 'primary', () => go.pair())));
      wizard.say(good.textContent);
    }
  } catch (error) {
    show(false);
    place.replaceChildren(errorPanel(error), buttonRow(...again()));
  }
  place.querySelector<HTMLElement>('button')?.focus();
}

function note(): HTMLElement {
  return makeElement(
    'p',
    { class: 'note' },
    'This takes up to a minute. When it fails, the network of before is joined again.',
  );
}

function stageRows(stage: JoiningStage, isRunning: boolean): readonly HTMLElement[] {
  const at = stage === 'joined' ? stageWords.length : stageWords.findIndex(([name]) => name === stage);
  return stageWords.map(([, words], index) => {
    const state = index < at ? 'done' : index > at ? 'later' : isRunning ? 'now' : 'failed';
    const sign =
      state === 'done' ? checkMark() : state === 'now' ? spinner() : makeElement('span', { class: 'sign' });
    return makeElement('li', { 'data-state': state }, sign, makeElement('span', {}, words));
  });
}

function failedPanel({ message, hint, rolledBackTo }: Joining): HTMLElement {
  const lines = [
    ...(hint === undefined ? [] : [sentence(hint)]),
    ...(rolledBackTo === undefined ? [] : [`The gateway is back in “${rolledBackTo}”.`]),
  ];
  return panel(
    'bad',
    sentence(message ?? 'The network was not joined'),
    ...lines.map((line) => makeElement('p', {}, line)),
  );
}

/** Joined, and perhaps something is between it and the internet. */
function joinedPanel({ ssid, message, hint }: Joining): HTMLElement {
  if (message === undefined) return panel('good', `The gateway is in “${ssid}”.`);
  return panel(
    'warn',
    sentence(message),
    ...(hint === undefined ? [] : [makeElement('p', {}, sentence(hint))]),
  );
}
