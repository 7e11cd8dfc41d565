import { setupName } from '../../protocol/setup-name.ts';
import { setupService } from '../../protocol/uuids.ts';
import { gatewayIdOf } from '../setup-label.ts';
import { supportOf, supportWords, type BluetoothSupport } from './bluetooth-support.ts';
import { makeElement, type Child } from './make-element.ts';
import { button, buttonRow, errorPanel, panel, sentence, whileBusy } from './panels.ts';
import type { SetupContext } from './setup-context.ts';
import { webBluetooth } from './web-bluetooth.ts';

const availabilityMsMax = 2_000;

/** Step 1: what is needed, and the choice of the gateway; or why this browser cannot, and what can. */
export function showFind(context: SetupContext, problem?: unknown): void {
  void supportHere(context).then((support) => {
    const content = support === 'ready' ? chooser(context, problem) : [noBluetooth(support)];
    context.wizard.show({
      step: 'Find',
      title: support === 'ready' ? 'Set up your gateway' : 'This browser cannot do it',
      content: [...content, savedPage(support)],
    });
    if (support === 'switched-off') context.clock.after(2_000, () => lookAgain(context));
  });
}

/** Bluetooth may have been switched on meanwhile. */
function lookAgain(context: SetupContext): void {
  void supportHere(context).then((support) => {
    if (support === 'ready') context.go.find();
    else context.clock.after(2_000, () => lookAgain(context));
  });
}

async function supportHere({ clock }: SetupContext): Promise<BluetoothSupport> {
  const bluetooth = webBluetooth();
  // A browser that does not answer this can still do the rest.
  const silence = new Promise<undefined>((resolve) =>
    clock.after(availabilityMsMax, () => resolve(undefined)),
  );
  const isAvailable = await Promise.race([bluetooth?.getAvailability?.().catch(() => undefined), silence]);
  return supportOf({
    hasBluetooth: bluetooth !== undefined,
    isAvailable,
    isSecure: isSecureContext,
    userAgent: navigator.userAgent,
    touchPoints: navigator.maxTouchPoints,
  });
}

function chooser(context: SetupContext, problem: unknown): readonly Child[] {
  const place = makeElement('div', {});
  if (problem !== undefined) place.append(errorPanel(problem));
  const name = nameOnLabel(context);
  const find = button('Find the gateway', 'primary', () => {
    void whileBusy(find, 'Looking…', () => choose(context, place, name));
  });
  const others = button('Show every gateway in reach', 'plain', () => {
    void whileBusy(others, 'Looking…', () => choose(context, place, undefined));
  });
  return [
    makeElement('p', {}, 'In a few minutes it is in your Wi-Fi, and this phone or laptop is paired with it.'),
    makeElement(
      'ul',
      { class: 'needs' },
      makeElement('li', {}, 'The gateway has power, and is not more than a few metres away.'),
      makeElement('li', {}, 'You have its label, with the set-up code, or what its console shows.'),
      makeElement('li', {}, 'You know the name and the password of your Wi-Fi.'),
    ),
    place,
    buttonRow(find, ...(name === undefined ? [] : [others])),
    makeElement(
      'p',
      { class: 'note' },
      name === undefined
        ? 'The browser asks which one: its name begins with “eGW”, as on the label.'
        : `The browser asks: choose “${name}”.`,
    ),
    notInTheList(),
  ];
}

function notInTheList(): HTMLElement {
  return makeElement(
    'details',
    {},
    makeElement('summary', {}, 'It is not in the list?'),
    makeElement(
      'p',
      {},
      'A gateway that has an owner is seen only for five minutes after somebody touched it: hold its button for 3 seconds, ' +
        'press it twice quickly, or run ',
      makeElement('code', {}, 'egw provision open'),
      ' on it.',
    ),
    makeElement('p', {}, 'A gateway with a network cable needs no Bluetooth: open its page in your network.'),
  );
}

async function choose(context: SetupContext, place: HTMLElement, name: string | undefined): Promise<void> {
  place.replaceChildren();
  try {
    const filter = { services: [setupService], ...(name === undefined ? {} : { name }) };
    const device = await webBluetooth()?.requestDevice({ filters: [filter] });
    if (device !== undefined) context.go.check(device);
  } catch (error) {
    place.replaceChildren(notChosen(error));
  }
}

function notChosen(error: unknown): HTMLElement {
  const { name = '', message = '' } = error instanceof Error ? error : {};
  if (name === 'NotFoundError') {
    return panel(
      'warn',
      'No gateway was chosen.',
      makeElement('p', {}, 'When it was not in the list, come closer, and see below.'),
    );
  }
  return panel('bad', 'The browser did not look for gateways.', makeElement('p', {}, sentence(message)));
}

/** As it is in the air: the first 8 characters of the gateway's name, in capitals. */
function nameOnLabel({ label }: SetupContext): string | undefined {
  if (label?.fingerprint === undefined) return undefined;
  return setupName(gatewayIdOf(label.fingerprint));
}

function noBluetooth(support: Exclude<BluetoothSupport, 'ready'>): HTMLElement {
  const { title, text, steps } = supportWords[support];
  return panel(
    'warn',
    `${title}.`,
    makeElement('p', {}, text),
    makeElement('ol', {}, ...steps.map((step) => makeElement('li', {}, step))),
  );
}

/** The page is one file: whoever has it needs neither internet nor the gateway's network. */
function savedPage(support: BluetoothSupport): HTMLElement | string {
  if (location.protocol === 'file:') return '';
  const link = makeElement('a', { href: location.pathname, download: 'setup.html' }, 'Save this page');
  const why =
    support === 'insecure-page'
      ? ' and open the saved file with Chrome or Edge: then Bluetooth works.'
      : ' to use it where there is no internet: it is one file, and opens in the browser.';
  return makeElement('p', { class: 'note' }, link, why);
}
