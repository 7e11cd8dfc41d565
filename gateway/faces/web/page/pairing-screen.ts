import { askPairing } from './api-client.ts';
import type { Access } from './access-store.ts';
import type { PageTime } from './browser-time.ts';
import { makeElement, setAttribute, setText } from './make-element.ts';
import { browserLabel, grouped, pairingFailure, tokenIn } from './pairing-words.ts';

export interface PairingParts {
  readonly element: HTMLElement;
  readonly time: PageTime;
  /** From a link; the field is filled with it. */
  readonly code: string | undefined;
  /** Why it is asked for now, when this is not the first time. */
  readonly reason: string | undefined;
  readonly onPaired: (access: Access) => void;
}

/** Asks for the code on the gateway's console, and trades it for access. */
export function showPairing({ element, time, code, reason, onPaired }: PairingParts): void {
  const field = makeElement('input', {
    id: 'code',
    name: 'code',
    autocomplete: 'one-time-code',
    autocapitalize: 'characters',
    spellcheck: 'false',
    placeholder: 'XXXX-XXXX-XXXX-XXXX',
    maxlength: '64',
    required: '',
    'aria-describedby': 'code-help',
  });
  field.value = code ?? '';
  const button = makeElement('button', { type: 'submit', class: 'primary' }, 'Pair');
  const message = makeElement('p', { class: 'pairing-message', role: 'alert' }, reason ?? '');
  const form = makeElement(
    'form',
    {},
    makeElement('label', { for: 'code' }, 'Pairing code'),
    field,
    button,
    message,
  );
  element.replaceChildren(...introduction(), form, help());

  /** The seconds run on the button: a screen reader must not read out each of them. */
  const wait = (seconds: number): void => {
    setAttribute(button, 'disabled', seconds > 0 ? '' : undefined);
    setText(button, seconds > 0 ? `Try again in ${seconds} s` : 'Pair');
    if (seconds > 0) time.after(1_000, () => wait(seconds - 1));
  };
  const pair = async (): Promise<void> => {
    const pasted = tokenIn(field.value);
    if (pasted !== undefined) {
      onPaired({ token: pasted, id: undefined });
      return;
    }
    setText(message, '');
    setAttribute(button, 'disabled', '');
    try {
      const { id, token } = await askPairing(grouped(field.value), browserLabel(navigator.userAgent));
      onPaired({ id, token });
    } catch (error) {
      const { text, waitSeconds } = pairingFailure(error);
      setText(message, text);
      wait(waitSeconds);
      field.select();
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void pair();
  });
  field.addEventListener('change', () => {
    if (tokenIn(field.value) === undefined) field.value = grouped(field.value);
  });
  (code === undefined ? field : button).focus();
}

function introduction(): readonly HTMLElement[] {
  return [
    makeElement('h2', {}, 'Hello!'),
    makeElement('p', {}, 'This gateway shows its data only to its owner. Pair this browser with it once.'),
  ];
}

function help(): HTMLElement {
  return makeElement(
    'p',
    { id: 'code-help', class: 'note' },
    'The code stands on the gateway’s console at its first start. Later, open pairing on the gateway with ',
    makeElement('code', {}, 'egw pairing open'),
    ', and read the code again with ',
    makeElement('code', {}, 'egw pairing show'),
    '. Capitals and dashes do not matter. A token that the set-up over Bluetooth gave can be pasted here, too.',
  );
}
