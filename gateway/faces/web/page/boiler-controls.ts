import { boilerRanges, dayBeside, hashOf, type BoilerWish } from './boiler-wish.ts';
import { makeElement, setAttribute, setText } from './make-element.ts';

export interface KnownDays {
  readonly first: string;
  readonly last: string;
}

export interface BoilerControls {
  readonly element: HTMLElement;
  show(wish: BoilerWish, days: KnownDays): void;
}

/** Ranges up to now, and days. All are addresses, so that they can be kept and sent. */
export function createBoilerControls(go: (hash: string) => void): BoilerControls {
  const links = boilerRanges.map(({ label, title, hours }) => {
    const hash = hashOf({ hours, day: undefined, isKiosk: false });
    return { hours, link: makeElement('a', { href: hash, title, 'aria-label': title }, label) };
  });
  const ranges = makeElement(
    'div',
    { class: 'buttons', role: 'group', 'aria-label': 'Range' },
    ...links.map(({ link }) => link),
  );
  const before = makeElement('a', { title: 'The day before', 'aria-label': 'The day before' }, '‹');
  const after = makeElement('a', { title: 'The day after', 'aria-label': 'The day after' }, '›');
  const picker = makeElement('input', { type: 'date', 'aria-label': 'Day' });
  const toDay = (day: string): string => hashOf({ hours: 1, day, isKiosk: false });
  picker.addEventListener('change', () => {
    // While a date is typed it is none, or one outside.
    if (picker.value !== '' && picker.validity.valid) go(toDay(picker.value));
  });
  const days = makeElement(
    'div',
    { class: 'buttons', role: 'group', 'aria-label': 'Day' },
    ...[before, picker, after],
  );
  const kiosk = makeElement('a', { class: 'kiosk-link', title: 'For a screen on the wall' });
  setText(kiosk, 'Full screen');
  return {
    element: makeElement('div', { class: 'chart-controls' }, ranges, days, kiosk),
    show: ({ hours, day }, { first, last }) => {
      for (const { hours: other, link } of links) {
        setAttribute(link, 'aria-current', day === undefined && other === hours ? 'true' : undefined);
      }
      setAttribute(picker, 'min', first);
      setAttribute(picker, 'max', last);
      if (document.activeElement !== picker) picker.value = day ?? '';
      setAttribute(picker, 'data-on', day === undefined ? undefined : '');
      const step = (link: Element, days: number): void => {
        const next = dayBeside(day ?? dayBeside(last, 1), days);
        const isKnown = next >= first && next <= last;
        setAttribute(link, 'href', isKnown ? toDay(next) : undefined);
        setAttribute(link, 'aria-disabled', isKnown ? undefined : 'true');
      };
      step(before, -1);
      step(after, 1);
      setAttribute(kiosk, 'href', hashOf({ hours, day: undefined, isKiosk: true }));
    },
  };
}
