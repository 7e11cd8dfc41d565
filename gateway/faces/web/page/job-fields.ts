import type { JobRights, NewJob } from './job-types.ts';
import { makeElement, setHidden } from './make-element.ts';

export interface JobFields {
  readonly elements: readonly HTMLElement[];
  read(): Omit<NewJob, 'requestKey'>;
  show(rights: JobRights): void;
}

const policies = [
  'surplus',
  'carbon',
  'price',
  'carbon and price',
  'not-red',
  'carbon and not-red',
  'own-export:1500',
  'carbon and window:22:00-06:00',
];

/** What is asked for a new job: a command line of one's own where that is allowed, else one of the configuration. */
export function createJobFields(): JobFields {
  const lines = makeElement('datalist', { id: 'job-lines' });
  const command = makeElement('input', { required: '', maxlength: '65536', autocomplete: 'off' });
  const choice = makeElement('select', { required: '' });
  const name = makeElement('input', { maxlength: '100' });
  const estimate = makeElement('input', { required: '', placeholder: '1h30m', maxlength: '200' });
  const deadline = makeElement('input', { type: 'datetime-local' });
  const when = makeElement('input', {
    required: '',
    value: 'carbon',
    list: 'job-policies',
    maxlength: '500',
  });
  const known = makeElement('datalist', { id: 'job-policies' }, ...policies.map(optionOf));
  const anyLine = labelled('Command line', command);
  const oneLine = labelled('Command line', choice);
  // A datalist is made known by an attribute alone.
  command.setAttribute('list', lines.id);
  const elements = [
    anyLine,
    oneLine,
    labelled('It takes', estimate),
    labelled('Done by (time of the site; in a day unless said)', deadline),
    labelled('Waits for', when),
    labelled('Name, if you like', name),
    lines,
    known,
  ];
  return {
    elements,
    read: () => ({
      commandline: choice.disabled ? command.value : choice.value,
      estimate: estimate.value,
      when: when.value,
      ...(name.value === '' ? {} : { name: name.value }),
      ...(deadline.value === '' ? {} : { deadline: deadline.value }),
    }),
    show: ({ mayRunAny, lines: allowed }) => {
      setHidden(anyLine, !mayRunAny);
      setHidden(oneLine, mayRunAny);
      command.disabled = !mayRunAny;
      choice.disabled = mayRunAny;
      lines.replaceChildren(...allowed.map(optionOf));
      choice.replaceChildren(...allowed.map(optionOf));
    },
  };
}

function labelled(words: string, field: HTMLElement): HTMLElement {
  return makeElement('label', {}, words, field);
}

function optionOf(value: string): HTMLElement {
  return makeElement('option', { value }, value);
}
