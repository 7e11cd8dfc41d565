import { wordsFor } from './api-problem.ts';
import type { BoilerClient } from './boiler-client.ts';
import type { BoilerNow, BoilerSettings } from './boiler-types.ts';
import { makeElement } from './make-element.ts';

export interface BoilerSettingsForm {
  readonly element: HTMLElement;
  /** What is in force. What somebody is writing is left alone. */
  show(boiler: BoilerNow): void;
}

type Name = keyof BoilerSettings;

/** Changes what may be changed of the boiler; each setting says what became of it. */
export function createBoilerSettingsForm(client: Pick<BoilerClient, 'set' | 'changed'>): BoilerSettingsForm {
  const fields = makeFields();
  const message = makeElement('ul', { class: 'note setting-answers', role: 'status' });
  const button = makeElement('button', { type: 'submit' }, 'Keep');
  const form = makeElement(
    'form',
    { class: 'setting-form' },
    ...[...fields.values()].map(({ element }) => element),
    button,
  );
  const summary = makeElement('summary', {}, 'Settings');
  const element = makeElement('details', { class: 'card more boiler-settings' }, summary, form, message);
  let inForce: BoilerSettings | undefined;
  let isFilled = false;
  const say = (...lines: readonly string[]): void =>
    message.replaceChildren(...lines.map((line) => makeElement('li', {}, line)));
  const fill = async (): Promise<void> => {
    if (inForce === undefined || isFilled || !element.open) return;
    isFilled = true;
    const now = inForce;
    const changed = await client.changed();
    for (const [name, field] of fields) {
      // Somebody may have been quicker than the answer.
      if (!field.isTouched()) field.write(changed[name] ?? now[name]);
    }
    const waiting = [...fields].filter(([name]) => (changed[name] ?? now[name]) !== now[name]);
    if (waiting.length > 0) say(`${waiting.map(([, { title }]) => title).join(', ')}: ${laterWords}`);
  };
  const refill = (): void => {
    fill().catch((error: unknown) => {
      isFilled = false;
      say(`The settings did not come: ${wordsFor(error)}`);
    });
  };
  element.addEventListener('toggle', () => {
    // Opened again, it begins with what is kept.
    isFilled = false;
    for (const field of fields.values()) field.forget();
    refill();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    button.disabled = true;
    const changed = [...fields].filter(([, field]) => field.isChanged());
    void keepAll(client, changed)
      .then((answers) => say(...(answers.length === 0 ? ['Nothing was changed.'] : answers)))
      .finally(() => (button.disabled = false));
  });
  return {
    element,
    show: ({ failureC, settings, isTold, comment }) => {
      const { rawHours, minuteDays } = settings;
      inForce = { failureC, rawHours, minuteDays, alerts: isTold, comment };
      refill();
    },
  };
}

const laterWords = 'in force from the next start of the gateway on (egw restart).';

/** One after the other: a refusal of one is no reason to leave the others. */
async function keepAll(
  client: Pick<BoilerClient, 'set'>,
  changed: readonly (readonly [Name, Field])[],
): Promise<readonly string[]> {
  const answers: string[] = [];
  let isKept = false;
  for (const [name, field] of changed) {
    try {
      const value = field.read();
      await client.set(name, value);
      field.write(value);
      isKept = true;
      answers.push(`${field.title}: kept.`);
    } catch (error) {
      answers.push(`${field.title}: ${wordsFor(error)}`);
    }
  }
  return isKept ? [...answers, `What is kept is ${laterWords}`] : answers;
}

interface Field {
  readonly title: string;
  readonly element: HTMLElement;
  isChanged(): boolean;
  /** Somebody has written into it since it was written here. */
  isTouched(): boolean;
  forget(): void;
  read(): BoilerSettings[Name];
  write(value: BoilerSettings[Name]): void;
}

/** The limits are those of the configuration. */
function makeFields(): ReadonlyMap<Name, Field> {
  return new Map<Name, Field>([
    ['failureC', numberField('Failure temperature (45 to 75 °C)', { min: '45', max: '75', step: 'any' })],
    ['rawHours', numberField('Readings are kept (1 to 96 h)', { min: '1', max: '96', step: '1' })],
    ['minuteDays', numberField('Minutes are kept (1 to 60 days)', { min: '1', max: '60', step: '1' })],
    ['alerts', switchField('People are told')],
    ['comment', textField('Comment (300 characters at most)')],
  ]);
}

function numberField(title: string, limits: { min: string; max: string; step: string }): Field {
  const input = makeElement('input', { type: 'number', required: '', ...limits });
  return fieldOf(title, input, {
    read: () => input.valueAsNumber,
    write: (value) => (input.value = String(value)),
  });
}

function textField(title: string): Field {
  const input = makeElement('input', { maxlength: '300', autocomplete: 'off' });
  return fieldOf(title, input, { read: () => input.value, write: (value) => (input.value = String(value)) });
}

function switchField(title: string): Field {
  const input = makeElement('input', { type: 'checkbox' });
  return fieldOf(title, input, {
    read: () => input.checked,
    write: (value) => (input.checked = value === true),
  });
}

function fieldOf(
  title: string,
  input: HTMLInputElement,
  value: { read(): BoilerSettings[Name]; write(value: BoilerSettings[Name]): void },
): Field {
  let written: BoilerSettings[Name] | undefined;
  let isTouched = false;
  input.addEventListener('input', () => (isTouched = true));
  return {
    title: title.replace(/ \(.*/, ''),
    element: makeElement('label', {}, title, input),
    isChanged: () => value.read() !== written,
    isTouched: () => isTouched,
    forget: () => (isTouched = false),
    read: () => value.read(),
    write: (next) => {
      value.write(next);
      written = value.read();
      isTouched = false;
    },
  };
}
