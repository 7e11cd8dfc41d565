import type { Clock } from '../../clock.ts';
import { SetupError } from '../setup-error.ts';
import { makeElement, makeIcon, setAttribute, type Child } from './make-element.ts';

/** A box that stands out; a bad one is read out at once. */
export function panel(
  tone: 'good' | 'warn' | 'bad',
  title: string,
  ...children: readonly Child[]
): HTMLElement {
  const role = tone === 'bad' ? 'alert' : undefined;
  return makeElement('div', { class: `panel ${tone}`, role }, makeElement('strong', {}, title), ...children);
}

/** What went wrong, and what to do. */
export function errorPanel(error: unknown): HTMLElement {
  const { message, hint } = wordsOf(error);
  return panel('bad', message, ...(hint === '' ? [] : [makeElement('p', {}, sentence(hint))]));
}

function wordsOf(error: unknown): { readonly message: string; readonly hint: string } {
  if (error instanceof SetupError) return { message: sentence(error.message), hint: error.hint };
  const said = error instanceof Error ? error.message : '';
  return { message: 'Something went wrong.', hint: said };
}

/** The gateway's words begin small and end without a full stop. */
export function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}

export function button(text: string, kind: 'primary' | 'plain', onClick: () => void): HTMLButtonElement {
  const made = makeElement('button', { type: 'button', class: kind }, text);
  made.addEventListener('click', onClick);
  return made;
}

export function buttonRow(...buttons: readonly HTMLElement[]): HTMLElement {
  return makeElement('div', { class: 'buttons' }, ...buttons);
}

/** A button that can be pressed again only when what it does has ended. */
export async function whileBusy(
  pressed: HTMLButtonElement,
  text: string,
  work: () => Promise<void>,
): Promise<void> {
  const said = pressed.textContent;
  setAttribute(pressed, 'disabled', '');
  pressed.replaceChildren(spinner(), text);
  try {
    await work();
  } finally {
    setAttribute(pressed, 'disabled', undefined);
    pressed.textContent = said;
  }
}

export function spinner(): HTMLElement {
  return makeElement('span', { class: 'spinner', 'aria-hidden': 'true' });
}

export function waiting(text: string): HTMLElement {
  return makeElement('p', { class: 'waiting', role: 'status' }, spinner(), text);
}

/** The seconds run on the button: a screen reader must not read out each of them. */
export function countDown(held: HTMLButtonElement, seconds: number, clock: Clock): void {
  const said = held.textContent;
  const step = (left: number): void => {
    setAttribute(held, 'disabled', left > 0 ? '' : undefined);
    held.textContent = left > 0 ? `Wait ${left} s` : said;
    if (left > 0) clock.after(1_000, () => step(left - 1));
  };
  if (seconds > 0) step(seconds);
}

export function checkMark(): SVGSVGElement {
  return makeIcon('check', 'M4 12.5l5.5 5.5L20 7');
}
