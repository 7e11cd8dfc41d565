import { readStatus, type GatewayStatus } from '../gateway-status.ts';
import { makeElement, type Child } from './make-element.ts';
import { button, buttonRow, checkMark, panel, waiting } from './panels.ts';
import { clientOf, type SetupContext } from './setup-context.ts';

/** Step 6: where the gateway's page is, and the token to open it with. Nothing of it is kept here. */
export async function showDone(context: SetupContext, token: string): Promise<void> {
  const client = clientOf(context);
  if (client === undefined) return;
  const where = makeElement('div', {}, waiting('The gateway is asked where that is…'));
  context.wizard.show({
    step: 'Done',
    title: 'Your gateway is set up',
    content: [
      makeElement('div', { class: 'big-check' }, checkMark()),
      makeElement('ol', { class: 'last-steps' }, ...lastSteps(where, token, context)),
      makeElement(
        'p',
        { class: 'note' },
        'The token is like a key: it is shown only here, and this page keeps nothing. Another phone is paired from the ' +
          'gateway’s page, or here anew.',
      ),
    ],
  });
  // It is set up, whatever becomes of this question, and the token waits for no link.
  const status = await client.call('status').then(readStatus, () => undefined);
  where.replaceChildren(...links(status));
  await client.close();
}

function lastSteps(where: HTMLElement, token: string, context: SetupContext): readonly HTMLElement[] {
  return [
    makeElement('li', {}, makeElement('p', {}, 'Be in the same network as the gateway.')),
    makeElement(
      'li',
      {},
      makeElement('p', {}, 'Copy the token of this phone or laptop:'),
      ...tokenBox(token, context),
    ),
    makeElement(
      'li',
      {},
      makeElement('p', {}, 'Open the gateway’s page, and paste the token where it asks for a code:'),
      where,
    ),
  ];
}

function tokenBox(token: string, { wizard }: SetupContext): readonly Child[] {
  const field = makeElement('input', {
    id: 'token',
    readonly: '',
    'aria-label': 'Token',
    class: 'token',
    type: 'password',
    autocomplete: 'off',
  });
  field.value = token;
  const copy = button('Copy', 'primary', () => {
    void isCopied(token).then((isDone) => {
      if (isDone) copy.textContent = 'Copied';
      else if (field.type === 'password') show.click();
      if (!isDone) field.select();
      wizard.say(isDone ? 'The token is copied.' : 'It is shown and marked: copy it by hand.');
    });
  });
  const show = button('Show', 'plain', () => {
    const isHidden = field.type === 'password';
    field.type = isHidden ? 'text' : 'password';
    show.textContent = isHidden ? 'Hide' : 'Show';
  });
  return [field, buttonRow(copy, show)];
}

/** Some browsers with Bluetooth have no clipboard. */
async function isCopied(text: string): Promise<boolean> {
  const { clipboard } = navigator as { readonly clipboard?: Clipboard };
  if (clipboard === undefined) return false;
  return await clipboard.writeText(text).then(
    () => true,
    () => false,
  );
}

function links(status: GatewayStatus | undefined): readonly Child[] {
  const addresses = status?.addresses ?? [];
  if (status?.isPageLocalOnly === true) return [localOnly()];
  if (addresses.length === 0)
    return [
      makeElement('p', { class: 'note' }, 'The gateway has not told its address: your router lists it.'),
    ];
  const items = addresses.map((address) =>
    makeElement(
      'li',
      {},
      makeElement('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, address),
    ),
  );
  const isEncrypted = addresses.some((address) => /^https:/i.test(address));
  const { fingerprint } = status ?? {};
  return [
    makeElement('ul', { class: 'addresses' }, ...items),
    ...(isEncrypted && fingerprint !== undefined ? [certificate(fingerprint)] : []),
  ];
}

/** It was told to be so. */
function localOnly(): HTMLElement {
  return panel(
    'warn',
    'Its page can be had on its own machine alone.',
    makeElement(
      'p',
      {},
      'For a phone or laptop in the network, set ',
      makeElement('code', {}, 'http.host: 0.0.0.0'),
      ' in its egw.yaml, and start it again. The token stays good.',
    ),
  );
}

/** Its certificate is its own: a person can compare. */
function certificate(fingerprint: string): HTMLElement {
  return makeElement(
    'details',
    {},
    makeElement('summary', {}, 'The browser warns of its certificate?'),
    makeElement(
      'p',
      {},
      'The gateway has made it itself. It is the right one when its SHA-256 fingerprint is:',
    ),
    makeElement('code', { class: 'fingerprint' }, fingerprint),
  );
}
