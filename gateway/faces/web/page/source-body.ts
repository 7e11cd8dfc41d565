import type { ApiClient } from './api-client.ts';
import { wordsFor } from './api-problem.ts';
import type { LiveText, LiveValue, Source, SourceDetail } from './api-types.ts';
import { createFactList } from './fact-list.ts';
import { plainName } from './format.ts';
import type { HomeState } from './home-state.ts';
import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeElement, setHidden, setText } from './make-element.ts';
import { rootOf } from './owner.ts';
import { sourceFacts } from './source-words.ts';
import { makeValueRow } from './value-row.ts';

export interface SourceBody {
  readonly element: HTMLElement;
  /** Asks for what only the gateway knows of it. */
  load(): void;
  show(source: Source): void;
}

/** What stands behind a tap on a source: its facts, and what it and its parts say. */
export function createSourceBody(id: string, state: HomeState, client: ApiClient): SourceBody {
  const message = makeElement('p', { class: 'note', role: 'status' });
  const facts = createFactList();
  const parts = makeElement('div');
  const showParts = createKeyedRows<string>(
    parts,
    (device) => device,
    (device) => makePart(device, state),
  );
  let detail: SourceDetail | undefined;
  const show = (source: Source): void => {
    facts.show(sourceFacts(source, detail, { nowMs: state.clock.nowMs(), zone: state.zone }));
    showParts(partsOf(id, state));
  };
  return {
    element: makeElement('div', { class: 'device-body' }, message, facts.element, parts),
    show,
    load: () => {
      client.source(id).then(
        (answer) => {
          detail = answer;
          setText(message, [answer.reason, answer.hint].filter((words) => words !== null).join(' – '));
          show(answer);
        },
        (error: unknown) => setText(message, wordsFor(error)),
      );
    },
  };
}

/** The source itself first, then its parts by name. */
function partsOf(id: string, state: HomeState): readonly string[] {
  const said = [...state.latest.values(), ...state.texts.values()];
  const ofIt = said.filter(({ device, quantity }) => rootOf(device) === id && quantity !== 'name');
  const devices = new Set(ofIt.map(({ device }) => device));
  const names = new Map(
    [...devices].map((device) => [device, device === id ? '' : state.partNameOf(device)]),
  );
  return [...devices].sort((a, b) => (names.get(a) ?? '').localeCompare(names.get(b) ?? ''));
}

function makePart(device: string, state: HomeState): Row<string> {
  const name = makeElement('h3');
  const values = makeElement('dl', { class: 'values' });
  const words = makeElement('dl', { class: 'values words' });
  const title = (quantity: string): string => plainName(quantity);
  const showValues = createKeyedRows<LiveValue>(
    values,
    ({ quantity }) => quantity,
    ({ quantity }) => makeValueRow(() => title(quantity), state),
  );
  const showWords = createKeyedRows<LiveText>(words, ({ quantity }) => quantity, makeWord);
  return {
    element: makeElement('section', {}, name, values, words),
    show: () => {
      const isPart = rootOf(device) !== device;
      setText(name, isPart ? state.partNameOf(device) : '');
      setHidden(name, !isPart);
      const ofIt = (said: { readonly device: string }): boolean => said.device === device;
      // Its name stands above them.
      const said = [...state.texts.values()].filter((text) => ofIt(text) && text.quantity !== 'name');
      const measured = [...state.latest.values()].filter(ofIt);
      showValues(measured);
      showWords(said);
      setHidden(values, measured.length === 0);
      setHidden(words, said.length === 0);
    },
  };
}

function makeWord({ quantity }: LiveText): Row<LiveText> {
  const value = makeElement('dd');
  return {
    element: makeElement('div', {}, makeElement('dt', {}, plainName(quantity)), value),
    show: ({ text }) => setText(value, text),
  };
}
