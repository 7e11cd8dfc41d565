import type { AlertDeeds } from './alert-deeds.ts';
import type { Notifier } from './alert-types.ts';
import { notifierState, notifierTrouble, testWords } from './alert-words.ts';
import { wordsFor } from './api-problem.ts';
import type { Row } from './keyed-rows.ts';
import { makeElement, setAttribute, setHidden, setText } from './make-element.ts';

/** A way to reach people: whom, how the last messages fared, and a test. */
export function createNotifierRow(id: string, deeds: AlertDeeds): Row<Notifier> {
  const name = makeElement('h3');
  const condition = makeElement('span', { class: 'device-state' });
  const button = makeElement('button', { type: 'button' }, 'Send a test');
  const dot = makeElement('span', { class: 'dot' });
  const head = makeElement('div', { class: 'sink-head' }, dot, name, condition, button);
  const trouble = makeElement('p', { class: 'device-error' });
  const whom = makeElement('p', { class: 'note' });
  const message = makeElement('p', { class: 'note', role: 'status' });
  const element = makeElement(
    'section',
    { class: 'device sink', 'data-notifier': id },
    ...[head, trouble, whom, message],
  );
  const test = async (): Promise<void> => {
    try {
      setText(message, testWords(await deeds.client.test(id), deeds.time()));
    } catch (error) {
      setText(message, wordsFor(error));
    }
  };
  button.addEventListener('click', () => {
    button.disabled = true;
    setText(message, 'It is sent…');
    void test().finally(() => (button.disabled = false));
  });
  return {
    element,
    show: (notifier) => {
      const words = notifierTrouble(notifier);
      const tone = notifier.enabled ? (words === '' ? 'up' : 'down') : 'disabled';
      setAttribute(element, 'data-state', tone);
      setText(name, notifier.name);
      setText(condition, notifierState(notifier, deeds.time()));
      setText(trouble, words);
      setText(whom, [notifier.title, ...notifier.recipients].join(' · '));
      setHidden(button, !notifier.enabled || notifier.problem !== null);
      setAttribute(button, 'aria-label', `Send a test with ${notifier.name}`);
    },
  };
}
