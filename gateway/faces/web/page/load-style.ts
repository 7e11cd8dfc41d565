import { makeElement } from './make-element.ts';

/** A style sheet that comes with its view. One that does not come leaves the view as it is without. */
export async function loadStyle(href: string): Promise<void> {
  const known = [...document.querySelectorAll('link')].some((link) => link.getAttribute('href') === href);
  if (known) return;
  const link = makeElement('link', { rel: 'stylesheet', href });
  await new Promise<void>((resolve) => {
    link.addEventListener('load', () => resolve());
    link.addEventListener('error', () => {
      link.remove();
      resolve();
    });
    document.head.append(link);
  });
}
