import { wordsFor } from './api-problem.ts';
import { createJobFields } from './job-fields.ts';
import type { JobRights } from './job-types.ts';
import { jobTimes } from './job-words.ts';
import type { JobsDeeds } from './jobs-deeds.ts';
import { makeElement, setHidden, setText } from './make-element.ts';

export interface AddJobForm {
  readonly element: HTMLElement;
  /** Hidden from those who may add nothing. */
  show(rights: JobRights): void;
}

/** Gives the gateway a job, and tells when it starts or what is wrong with it. */
export function createAddJobForm(deeds: JobsDeeds, onAdded: () => Promise<void>): AddJobForm {
  const fields = createJobFields();
  const message = makeElement('p', { class: 'note', role: 'status' });
  const button = makeElement('button', { type: 'submit' }, 'Add');
  const form = makeElement('form', { class: 'job-form' }, ...fields.elements, button);
  const summary = makeElement('summary', {}, 'Add a job');
  const element = makeElement('details', { class: 'card more', hidden: '' }, summary, form, message);
  /** The same for the same job until it was taken: when an answer got lost, asking again makes no second one. */
  let tried = { text: '', requestKey: newKey() };
  const add = async (): Promise<void> => {
    const wanted = fields.read();
    const text = JSON.stringify(wanted);
    if (text !== tried.text) tried = { text, requestKey: newKey() };
    const taken = await deeds.client.add({ ...wanted, requestKey: tried.requestKey });
    tried = { text: '', requestKey: newKey() };
    const words = [jobTimes(taken, deeds.time()), ...taken.warnings].filter((part) => part !== '');
    setText(message, `Job ${taken.id} is taken: ${words.join('; ')}`);
    form.reset();
    await onAdded();
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    button.disabled = true;
    setText(message, '');
    add()
      .catch((error: unknown) => setText(message, wordsFor(error)))
      .finally(() => (button.disabled = false));
  });
  return {
    element,
    show: (rights) => {
      setHidden(element, !rights.mayRunAny && rights.lines.length === 0);
      fields.show(rights);
    },
  };
}

/** A page without encryption has no `randomUUID`. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('-');
}
