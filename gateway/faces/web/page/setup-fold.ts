import { createLazyTab } from './lazy-tab.ts';
import { loadStyle } from './load-style.ts';
import { makeElement } from './make-element.ts';
import type { SetupParts } from './setup-view.ts';

/** The part of the page's foot that opens to what a phone needs. Answers how to end it. */
export function createSetupFold(place: Element, parts: SetupParts): () => void {
  const inside = makeElement('div');
  const fold = makeElement('details', {}, makeElement('summary', {}, 'Set-up by phone'), inside);
  const view = createLazyTab(inside, parts.time, async () => {
    const [{ SetupView }] = await Promise.all([import('./setup-view.ts'), loadStyle('/assets/setup.css')]);
    return (element) => new SetupView(element, parts);
  });
  fold.addEventListener('toggle', () => {
    if (fold.open) view.start();
    else view.stop();
  });
  place.replaceChildren(fold);
  return () => view.stop();
}
