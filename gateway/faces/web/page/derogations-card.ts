import { wordsFor } from './api-problem.ts';
import { formatTime } from './format.ts';
import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeElement, setHidden, setText } from './make-element.ts';
import type { Derogation, Member, NewDerogation } from './member-types.ts';
import type { ServerDeeds } from './server-deeds.ts';
import { createSureButton } from './sure-button.ts';

export interface DerogationsCard {
  readonly element: HTMLElement;
  show(derogations: readonly Derogation[], members: readonly Member[]): void;
}

const franceZone = 'Europe/Paris';

/** Who wants the server on in times in which it would be off; and a way to say so. */
export function createDerogationsCard(deeds: ServerDeeds): DerogationsCard {
  const list = makeElement('ul', { class: 'people' });
  const none = makeElement(
    'p',
    { class: 'note', hidden: '' },
    'Nobody has asked for the server on a red day.',
  );
  const form = createForm(deeds);
  const showRows = createKeyedRows<NamedDerogation>(
    list,
    ({ id }) => String(id),
    ({ id }) => makeRow(id, deeds),
  );
  return {
    element: makeElement(
      'div',
      { class: 'card derogations-card' },
      makeElement('h2', {}, 'Derogations: the server stays on'),
      ...[list, none, form.element],
    ),
    show: (derogations, members) => {
      const names = new Map(members.map(({ id, name }) => [id, name]));
      showRows(derogations.map((one) => ({ ...one, name: names.get(one.member) || one.member })));
      setHidden(none, derogations.length > 0);
      form.show(members);
    },
  };
}

type NamedDerogation = Derogation & { readonly name: string };

function makeRow(id: number, deeds: ServerDeeds): Row<NamedDerogation> {
  const words = makeElement('span');
  const remove = createSureButton('Take back', 'Take it back?', () =>
    deeds.do(() => deeds.client.removeDerogation(id), 'The derogation is taken back.'),
  );
  return {
    element: makeElement('li', {}, words, remove),
    show: ({ name, startMs, endMs }) => {
      const { nowMs } = deeds.time();
      const from = formatTime(startMs, nowMs, franceZone);
      const to = formatTime(endMs, nowMs, franceZone);
      setText(words, `${name}: ${from} – ${to}`);
      remove.setAttribute('aria-label', `Take back the derogation of ${name}, ${from}`);
      setHidden(remove, !deeds.mayAdminister());
    },
  };
}

function createForm(deeds: ServerDeeds): {
  readonly element: HTMLElement;
  show(members: readonly Member[]): void;
} {
  const fields = makeFields();
  const button = makeElement('button', { type: 'submit' }, 'Ask for it');
  const message = makeElement('p', { class: 'note', role: 'status' });
  const form = makeElement('form', { class: 'tempo-form' }, ...fields.elements, button);
  const element = makeElement(
    'details',
    { class: 'more', hidden: '' },
    makeElement('summary', {}, 'Keep the server on'),
    form,
    message,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    button.disabled = true;
    setText(message, '');
    deeds.client
      .addDerogation(fields.read())
      .then((id) => {
        setText(message, `Taken, as derogation ${id}.`);
        form.reset();
        return deeds.do(() => Promise.resolve(), '');
      })
      .catch((error: unknown) => setText(message, wordsFor(error)))
      .finally(() => (button.disabled = false));
  });
  return {
    element,
    show: (members) => {
      setHidden(element, !deeds.mayAdminister() || members.length === 0);
      fields.show(members);
    },
  };
}

interface Fields {
  readonly elements: readonly HTMLElement[];
  show(members: readonly Member[]): void;
  read(): NewDerogation;
}

function makeFields(): Fields {
  const member = makeElement('select', { required: '' });
  const day = makeElement('input', { required: '', list: 'derogation-days', placeholder: 'today' });
  const days = makeElement(
    'datalist',
    { id: 'derogation-days' },
    ...['today', 'tomorrow'].map((value) => makeElement('option', { value })),
  );
  const hours = ['From', 'To'].map((title) => ({
    title,
    input: makeElement('input', { maxlength: '8', placeholder: title === 'From' ? '6:00' : '12 h later' }),
  }));
  let shown = '';
  return {
    elements: [
      makeElement('label', {}, 'Member', member),
      makeElement('label', {}, 'Day: today, tomorrow or a date (2026-01-31)', day, days),
      ...hours.map(({ title, input }) => makeElement('label', {}, `${title} (hour, may be empty)`, input)),
    ],
    show: (members) => {
      const drawn = JSON.stringify(members.map(({ id, name }) => [id, name]));
      if (drawn === shown) return;
      shown = drawn;
      const { value } = member;
      member.replaceChildren(
        ...members.map(({ id, name }) => makeElement('option', { value: id }, name === '' ? id : name)),
      );
      if (members.some(({ id }) => id === value)) member.value = value;
    },
    read: () => {
      const [hourStart = '', hourEnd = ''] = hours.map(({ input }) => input.value.trim());
      return {
        ...{ member: member.value, day: day.value.trim() },
        ...(hourStart !== '' && { hourStart }),
        ...(hourEnd !== '' && { hourEnd }),
      };
    },
  };
}
