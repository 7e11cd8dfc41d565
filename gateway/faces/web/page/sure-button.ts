import { makeElement, setText } from './make-element.ts';

/** A button that asks once whether it is meant, before it does what cannot be undone by a second tap. */
export function createSureButton(
  words: string,
  question: string,
  work: () => Promise<void>,
): HTMLButtonElement {
  const button = makeElement('button', { type: 'button' }, words);
  let isSure = false;
  const ask = (sure: boolean): void => {
    isSure = sure;
    setText(button, sure ? question : words);
  };
  button.addEventListener('click', () => {
    if (isSure) {
      button.disabled = true;
      void work().finally(() => (button.disabled = false));
    }
    ask(!isSure);
  });
  button.addEventListener('blur', () => ask(false));
  return button;
}
