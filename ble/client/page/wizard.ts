import { makeElement, setAttribute, skeletonElement, type Child } from './make-element.ts';

/** The steps that a person sees; several screens may be one step. */
const steps = ['Find', 'Check', 'Wi-Fi', 'Join', 'Pair', 'Done'] as const;
export type Step = (typeof steps)[number];

export interface Screen {
  readonly step: Step;
  readonly title: string;
  readonly content: readonly Child[];
}

/** The frame that the screens take turns in. */
export class Wizard {
  readonly #main = skeletonElement('main');
  readonly #steps = skeletonElement('steps');
  readonly #spoken = skeletonElement('spoken');
  readonly #notice = skeletonElement('notice');

  /** Takes the place of the last screen; its title is what a screen reader says. */
  show({ step, title, content }: Screen): void {
    const heading = makeElement('h2', { tabindex: '-1' }, title);
    this.#main.replaceChildren(heading, ...content);
    this.#main.dataset['step'] = step;
    this.#showStep(step);
    document.title = `${title} – eGW set-up`;
    this.say('');
    heading.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }

  /** For a screen reader, without a sight of it. */
  say(text: string): void {
    this.#spoken.textContent = text;
  }

  /** A line over all screens; undefined takes it away. */
  notice(text: string | undefined): void {
    this.#notice.textContent = text ?? '';
    setAttribute(this.#notice, 'hidden', text === undefined ? '' : undefined);
  }

  #showStep(step: Step): void {
    const now = steps.indexOf(step);
    const items = steps.map((name, index) =>
      makeElement(
        'li',
        {
          'data-state': index < now ? 'done' : index === now ? 'now' : 'later',
          'aria-current': index === now ? 'step' : undefined,
        },
        makeElement('span', {}, name),
      ),
    );
    this.#steps.replaceChildren(...items);
    setAttribute(this.#steps, 'aria-label', `Step ${now + 1} of ${steps.length}: ${step}`);
  }
}
