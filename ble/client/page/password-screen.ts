import type { ReachableNetwork } from '../gateway-status.ts';
import { makeElement, setAttribute, type Child } from './make-element.ts';
import { button, buttonRow, panel } from './panels.ts';
import type { AskedNetwork, SetupContext } from './setup-context.ts';

const ssidBytesMax = 32;

/** Step 3, second half: the password, and the name of a network that hides it. */
export function showPassword(context: SetupContext, { network, wish }: AskedNetwork): void {
  const { wizard, go } = context;
  const { isOpen, isKnown, mayBeNone, title } = aboutNetwork(network);
  const name = nameField(wish?.ssid ?? '');
  const ssidOf = (): string => network?.ssid ?? name.value;
  const password = passwordField(wish?.password ?? '');
  const count = makeElement('p', { id: 'password-help', class: 'note', 'aria-live': 'polite' });
  const join = makeElement('button', { type: 'submit', class: 'primary' }, 'Join');
  const check = (): void => {
    const fault = ssidFault(ssidOf()) ?? passwordFault(password.value, mayBeNone);
    count.textContent = fault ?? lengthWords(password.value, isKnown);
    setAttribute(join, 'disabled', fault === undefined ? undefined : '');
  };
  const form = makeElement(
    'form',
    {},
    ...(network === undefined ? labelled('Name of the network', name) : []),
    ...(isOpen ? [openWarning()] : [...labelled('Password', password), shower(password), count]),
    buttonRow(
      join,
      button('Back to the list', 'plain', () => void go.networks()),
    ),
  );
  form.addEventListener('input', check);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const typed = password.value === '' ? undefined : password.value;
    void go.join({ ssid: ssidOf(), password: typed, isHidden: network === undefined }, network);
  });
  wizard.show({ step: 'Wi-Fi', title, content: [form] });
  check();
  (network === undefined ? name : isOpen ? join : password).focus();
}

function aboutNetwork(network: ReachableNetwork | undefined): {
  readonly isOpen: boolean;
  readonly isKnown: boolean;
  /** Whether it can be joined without typing a password. */
  readonly mayBeNone: boolean;
  readonly title: string;
} {
  if (network === undefined)
    return { isOpen: false, isKnown: false, mayBeNone: true, title: 'Another network' };
  const { ssid, security, isKnown } = network;
  const isOpen = security === 'open' || security === 'owe';
  const title = isOpen ? `Join “${ssid}”?` : `Password of “${ssid}”`;
  return { isOpen, isKnown, mayBeNone: isOpen || isKnown, title };
}

function labelled(text: string, field: HTMLInputElement): readonly Child[] {
  return [makeElement('label', { for: field.id }, text), field];
}

function nameField(value: string): HTMLInputElement {
  const field = makeElement('input', {
    id: 'ssid',
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    maxlength: '32',
  });
  field.value = value;
  return field;
}

function passwordField(value: string): HTMLInputElement {
  const field = makeElement('input', {
    id: 'password',
    type: 'password',
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    maxlength: '64',
    'aria-describedby': 'password-help',
  });
  field.value = value;
  return field;
}

function shower(field: HTMLInputElement): HTMLElement {
  const box = makeElement('input', { type: 'checkbox', id: 'show-password' });
  box.addEventListener('change', () => setAttribute(field, 'type', box.checked ? 'text' : 'password'));
  return makeElement('label', { class: 'choice' }, box, 'Show the password');
}

function openWarning(): HTMLElement {
  return panel(
    'warn',
    'This network has no password.',
    makeElement(
      'p',
      {},
      'Anyone near can be in it. The gateway’s page and its data are protected, all the same.',
    ),
  );
}

function ssidFault(ssid: string): string | undefined {
  const { length } = new TextEncoder().encode(ssid);
  if (length === 0) return 'Type the name as the router shows it: capitals and spaces count.';
  return length > ssidBytesMax ? 'No network has a name that long.' : undefined;
}

/** WPA: 8 to 63 characters, or a key of 64 hex digits. */
function passwordFault(password: string, mayBeNone: boolean): string | undefined {
  const { length } = new TextEncoder().encode(password);
  if (length === 0) return mayBeNone ? undefined : 'It has 8 to 63 characters; capitals and spaces count.';
  if (length < 8) return `It has 8 to 63 characters: ${length} so far.`;
  if (length > 64 || (length === 64 && !/^[0-9A-Fa-f]+$/.test(password)))
    return 'It has 63 characters at most.';
  return undefined;
}

function lengthWords(password: string, isKnown: boolean): string {
  if (password !== '') return `${password.length} characters. Capitals and spaces count.`;
  return isKnown
    ? 'The gateway knows this password: leave it empty to use that.'
    : 'Without a password, it is joined as an open network.';
}
