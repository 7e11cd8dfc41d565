import { flagsOf, type BoilerFlag, type FlagPlace } from './boiler-flags.ts';
import type { BoilerEvent } from './boiler-types.ts';
import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeSvg, setAttribute, setText } from './make-element.ts';

export interface FlagLayer {
  readonly element: SVGElement;
  show(
    events: readonly BoilerEvent[],
    place: FlagPlace & { readonly top: number; readonly bottom: number },
  ): void;
}

/** Flags over the curves; each tells what happened when it is pointed at, tapped or focused. */
export function createFlagLayer(tell: (words: string | undefined) => void): FlagLayer {
  const element = makeSvg('g', {});
  let place = { top: 0, bottom: 0 };
  const showRows = createKeyedRows<BoilerFlag>(
    element,
    ({ atMs }) => String(atMs),
    () => makeFlag(tell, () => place),
  );
  return {
    element,
    show: (events, at) => {
      place = at;
      showRows(flagsOf(events, at));
    },
  };
}

function makeFlag(
  tell: (words: string | undefined) => void,
  place: () => { readonly top: number; readonly bottom: number },
): Row<BoilerFlag> {
  const pole = makeSvg('path', { class: 'pole' });
  const cloth = makeSvg('path', { class: 'cloth' });
  const count = makeSvg('text', { class: 'flag-count', 'text-anchor': 'middle' });
  // A finger is wider than a flag.
  const target = makeSvg('rect', { class: 'flag-target', width: '24', height: '26' });
  const title = makeSvg('title');
  const element = makeSvg(
    'g',
    { class: 'flag', role: 'img', tabindex: '0' },
    ...[title, pole, cloth, count, target],
  );
  let words = '';
  const say = (event: Event): void => {
    // The minute under it is not what is asked for.
    event.stopPropagation();
    tell(words);
  };
  for (const type of ['pointermove', 'pointerdown', 'focus']) element.addEventListener(type, say);
  for (const type of ['pointerleave', 'blur']) element.addEventListener(type, () => tell(undefined));
  return {
    element,
    show: (flag) => {
      words = flag.words;
      const { top, bottom } = place();
      const { x } = flag;
      setAttribute(element, 'data-tone', flag.tone);
      setAttribute(element, 'aria-label', words);
      setText(title, words);
      setAttribute(pole, 'd', `M${x} ${top - 20}V${bottom}`);
      setAttribute(cloth, 'd', `M${x} ${top - 21}h13l-4 5.5l4 5.5h-13z`);
      setAttribute(count, 'x', String(x + 5));
      setAttribute(count, 'y', String(top - 12));
      setText(count, flag.count > 1 ? String(Math.min(99, flag.count)) : '');
      setAttribute(target, 'x', String(x - 6));
      setAttribute(target, 'y', String(top - 24));
    },
  };
}
