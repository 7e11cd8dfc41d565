import { textIn } from '../session-messages.ts';
import { ownFault, SetupError } from '../setup-error.ts';
import { makeElement } from './make-element.ts';
import { buttonRow, errorPanel, whileBusy } from './panels.ts';
import { clientOf, type SetupContext } from './setup-context.ts';

/** Step 5: a token for this phone. */
export function showPair(context: SetupContext): void {
  const client = clientOf(context);
  if (client === undefined) return;
  const place = makeElement('div', {});
  const field = makeElement('input', { id: 'label', autocomplete: 'off', maxlength: '60', required: '' });
  field.value = deviceName(navigator.userAgent);
  const next = makeElement('button', { type: 'submit', class: 'primary' }, 'Pair');
  const pair = async (): Promise<void> => {
    place.replaceChildren();
    try {
      const token = textIn(await client.call('pair-key', { label: field.value.trim() }), 'token');
      if (token === undefined) throw ownFault('no_answer', 'The gateway gave no token.');
      await context.go.done(token);
    } catch (error) {
      place.replaceChildren(errorPanel(error), ...(isUnknown(error) ? [givenAllTheSame()] : []));
    }
  };
  const form = makeElement(
    'form',
    {},
    makeElement(
      'p',
      {},
      'The gateway shows its data only to its owner. It lists whom it knows under a name, so that you can take it away again.',
    ),
    makeElement('label', { for: 'label' }, 'Name of this phone or laptop'),
    field,
    place,
    buttonRow(next),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void whileBusy(next, 'Pairing…', pair);
  });
  context.wizard.show({
    step: 'Pair',
    title: `Pair this ${isPhone() ? 'phone' : 'laptop'}`,
    content: [form],
  });
}

/** Nobody knows whether the gateway had it. */
function isUnknown(error: unknown): boolean {
  return error instanceof SetupError && ['link_lost', 'no_answer', 'idle'].includes(error.code);
}

function givenAllTheSame(): HTMLElement {
  return makeElement(
    'p',
    { class: 'note' },
    'The gateway may have made a token that did not arrive. Pair again: this gives another one. ' +
      'The lost one can be used by nobody; ',
    makeElement('code', {}, 'egw token list'),
    ' on the gateway shows both.',
  );
}

function isPhone(): boolean {
  return /Android|iPhone|iPad/.test(navigator.userAgent);
}

/** What a person would call it, as far as the browser tells. */
function deviceName(userAgent: string): string {
  const names = [
    [/Android/, 'my Android phone'],
    [/iPhone/, 'my iPhone'],
    [/iPad/, 'my iPad'],
    [/CrOS/, 'my Chromebook'],
    [/Windows/, 'my Windows laptop'],
    [/Mac OS/, 'my Mac'],
    [/Linux/, 'my Linux laptop'],
  ] as const;
  return names.find(([pattern]) => pattern.test(userAgent))?.[1] ?? 'my phone';
}
