import { readNetworks, readStatus, type GatewayStatus, type ReachableNetwork } from '../gateway-status.ts';
import { gatewayFold } from './gateway-fold.ts';
import { makeElement, makeIcon, type Child } from './make-element.ts';
import { button, buttonRow, errorPanel, panel, sentence, waiting, whileBusy } from './panels.ts';
import { clientOf, type SetupContext } from './setup-context.ts';

/** The gateway joins these, without or with a password. */
const withoutPassword: ReadonlySet<string> = new Set(['open', 'owe']);
const withPassword: ReadonlySet<string> = new Set(['wpa-psk', 'sae']);
const securityWords: Readonly<Record<string, string>> = {
  open: 'open',
  owe: 'open, encrypted',
  wep: 'WEP: too old',
  'wpa-psk': 'WPA',
  sae: 'WPA3',
  'wpa-eap': 'with user names: not supported',
  unknown: 'not supported',
};

/** Step 3: the networks that the gateway has in reach. */
export async function showNetworks(context: SetupContext): Promise<void> {
  const client = clientOf(context);
  if (client === undefined) return;
  const list = makeElement(
    'div',
    { class: 'networks' },
    waiting('The gateway looks which networks it can hear…'),
  );
  const place = makeElement('div', {});
  const content = [place, list, gatewayFold(context, client)];
  context.wizard.show({ step: 'Wi-Fi', title: 'Which Wi-Fi?', content });
  try {
    const status = readStatus(await client.call('status'));
    place.replaceChildren(...onlineAlready(context, status));
    if (!status.hasWireless) {
      list.replaceChildren(noWireless(context, status));
      return;
    }
    showList(context, list, readNetworks(await client.call('scan')));
  } catch (error) {
    list.replaceChildren(errorPanel(error), lookAgain(context));
  }
}

function onlineAlready({ go }: SetupContext, status: GatewayStatus): readonly Child[] {
  const { isOnCable, joinedSsid, internet } = status;
  if (!isOnCable && (joinedSsid === undefined || internet !== 'online')) return [];
  const title = isOnCable
    ? 'The gateway is on a network cable already.'
    : `The gateway is in “${joinedSsid ?? ''}” already.`;
  const skip = button('Go on without Wi-Fi', 'plain', () => go.pair());
  if (!isOnCable) skip.textContent = 'Keep it';
  return [panel('good', title, buttonRow(skip))];
}

function noWireless({ go }: SetupContext, { isOnCable, wirelessProblem }: GatewayStatus): HTMLElement {
  const text = isOnCable ? 'Its cable is all it needs.' : 'Plug a network cable into it; then go on here.';
  return panel(
    'warn',
    'This gateway has no Wi-Fi.',
    ...(wirelessProblem === undefined ? [] : [makeElement('p', {}, sentence(wirelessProblem))]),
    makeElement('p', {}, text),
    buttonRow(
      button('Look again', 'plain', () => void go.networks()),
      button('Go on', 'primary', () => go.pair()),
    ),
  );
}

function showList(context: SetupContext, list: HTMLElement, networks: readonly ReachableNetwork[]): void {
  const items = networks.map((network) => makeElement('li', {}, networkButton(context, network)));
  const hidden = button('Another network…', 'plain', () => context.go.password({ network: undefined }));
  list.replaceChildren(
    items.length > 0
      ? makeElement('ul', { 'aria-label': 'Networks in reach' }, ...items)
      : panel('warn', 'The gateway hears no network.', makeElement('p', {}, 'Move it nearer to the router.')),
    buttonRow(lookAgain(context), hidden),
    makeElement(
      'p',
      { class: 'note' },
      'As the gateway hears them, the strongest first. For one that hides its name, choose “Another network”.',
    ),
  );
  context.wizard.say(`${networks.length} networks are in reach.`);
}

function lookAgain({ go }: SetupContext): HTMLButtonElement {
  const again = button('Look again', 'plain', () => void whileBusy(again, 'Looking…', () => go.networks()));
  return again;
}

function networkButton({ go }: SetupContext, network: ReachableNetwork): HTMLElement {
  const { ssid, signalPct, security, isKnown, isJoined } = network;
  const isOpen = withoutPassword.has(security);
  const isPossible = isOpen || withPassword.has(security);
  const about = [
    isJoined ? 'joined now' : isKnown ? 'known' : undefined,
    securityWords[security] ?? securityWords['unknown'],
    `signal ${Math.round(signalPct)} %`,
  ].filter((word) => word !== undefined);
  const choose = makeElement(
    'button',
    { type: 'button', class: 'network', disabled: isPossible ? undefined : '' },
    signalBars(signalPct),
    makeElement(
      'span',
      { class: 'network-words' },
      makeElement('span', { class: 'ssid' }, ssid),
      makeElement('span', { class: 'about' }, about.join(' · ')),
    ),
    ...(isOpen ? [] : [lock()]),
  );
  choose.addEventListener('click', () => go.password({ network }));
  return choose;
}

function lock(): SVGSVGElement {
  return makeIcon('lock', 'M6 11h12v9H6z', 'M8.5 11V8a3.5 3.5 0 0 1 7 0v3');
}

function signalBars(signalPct: number): SVGSVGElement {
  const bars = ['M4 20v-4', 'M9.3 20v-8', 'M14.6 20V8', 'M20 20V4'];
  const lit = Math.min(bars.length, Math.max(1, Math.ceil(signalPct / (100 / bars.length))));
  const picture = makeIcon('signal', ...bars);
  [...picture.children].slice(lit).forEach((bar) => bar.setAttribute('class', 'dim'));
  return picture;
}
