import { inputFacts, minimumFacts, oldWords, sinceWords } from './boiler-now-words.ts';
import type { BoilerNow } from './boiler-types.ts';
import { phaseMeanings, phaseNames } from './boiler-words.ts';
import { createFactList } from './fact-list.ts';
import { makeElement, setAttribute, setHidden, setText } from './make-element.ts';

export interface BoilerNowPanel {
  readonly element: HTMLElement;
  /** `lost`: why what is shown may be old; empty while the gateway answers. */
  show(boiler: BoilerNow, nowMs: number, lost: string): void;
}

/** The boiler at a glance: its phase in its colour, large, and what is measured. */
export function createBoilerNowPanel(): BoilerNowPanel {
  const name = makeElement('h2');
  const phase = makeElement('strong', { class: 'phase-name' });
  const since = makeElement('span', { class: 'phase-since' });
  const meaning = makeElement('p', { class: 'phase-meaning' });
  const state = makeElement('div', { class: 'phase-now' }, makeElement('p', {}, phase, ' ', since), meaning);
  const doubt = makeElement('p', { class: 'boiler-doubt', role: 'alert' });
  const inputs = createFactList();
  const minima = createFactList();
  const comment = makeElement('p', { class: 'note' });
  const element = makeElement(
    'div',
    { class: 'card boiler-now' },
    ...[name, state, doubt, inputs.element, minima.element, comment],
  );
  return {
    element,
    show: (boiler, nowMs, lost) => {
      const phaseNow = boiler.phase ?? 'undefined';
      const old = lost === '' ? oldWords(boiler, nowMs) : lost;
      // The usual name is `boiler`.
      setText(name, boiler.name.charAt(0).toUpperCase() + boiler.name.slice(1));
      setAttribute(element, 'class', `card boiler-now phase-${phaseNow}`);
      setText(phase, phaseNames[phaseNow]);
      setText(since, sinceWords(boiler, nowMs));
      setText(meaning, phaseMeanings[phaseNow]);
      setAttribute(element, 'data-old', old === undefined ? undefined : '');
      setHidden(doubt, old === undefined);
      setText(doubt, old ?? '');
      inputs.show(inputFacts(boiler, nowMs));
      minima.show(minimumFacts(boiler));
      setText(comment, boiler.comment);
    },
  };
}
