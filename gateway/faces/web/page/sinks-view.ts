import type { ApiClient } from './api-client.ts';
import { wordsFor } from './api-problem.ts';
import type { Sink } from './api-types.ts';
import type { PageTime } from './browser-time.ts';
import { createFactList } from './fact-list.ts';
import type { HomeState } from './home-state.ts';
import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeElement, setAttribute, setHidden, setText } from './make-element.ts';
import { createPeriodicView, type PeriodicView } from './periodic-view.ts';
import { isRetryable, sinkFacts, sinkState, sinkTrouble } from './sink-words.ts';

export interface SinksParts {
  readonly element: Element;
  readonly state: HomeState;
  readonly client: ApiClient;
  readonly time: PageTime;
}

/** Where readings are sent to: how each sink is, how far it is behind, and what ails it. */
export function createSinksView({ element, state, client, time }: SinksParts): PeriodicView {
  const message = makeElement('p', { class: 'note', role: 'status' });
  const list = makeElement('div', { class: 'sinks' });
  const empty = makeElement(
    'p',
    { class: 'note', hidden: '' },
    'No sink is configured: all stays on this gateway.',
  );
  element.replaceChildren(makeElement('h2', {}, 'Sending'), list, empty, message);
  let mayRetry: boolean | undefined;
  const retry = async (id: string): Promise<void> => {
    try {
      await client.retrySink(id);
      await asking.anew();
      setText(message, 'It is tried now.');
    } catch (error) {
      setText(message, wordsFor(error));
    }
  };
  const showRows = createKeyedRows<Sink>(
    list,
    ({ id }) => id,
    ({ id }) => makeSink(state, { retry: async () => await retry(id), mayRetry: () => mayRetry === true }),
  );
  const load = async (): Promise<void> => {
    const sinks = await client.sinks();
    showRows(sinks);
    setHidden(empty, sinks.length > 0);
    if (mayRetry !== undefined || !sinks.some(isRetryable)) return;
    mayRetry = await client.mayAdminister();
    showRows(sinks);
  };
  const asking = createPeriodicView(message, time, load);
  return asking;
}

interface Retry {
  readonly retry: () => Promise<void>;
  readonly mayRetry: () => boolean;
}

function makeSink(state: HomeState, { retry, mayRetry }: Retry): Row<Sink> {
  const name = makeElement('h3', { tabindex: '-1' });
  const condition = makeElement('span', { class: 'device-state' });
  const button = makeElement('button', { type: 'button' }, 'Try now');
  const trouble = makeElement('p', { class: 'device-error' });
  const facts = createFactList();
  const dot = makeElement('span', { class: 'dot' });
  const head = makeElement('div', { class: 'sink-head' }, dot, name, condition, button);
  const element = makeElement('section', { class: 'device sink' }, head, trouble, facts.element);
  button.addEventListener('click', () => {
    button.disabled = true;
    void retry().finally(() => {
      button.disabled = false;
      // Where it helped there is no button any more.
      name.focus();
    });
  });
  return {
    element,
    show: (sink) => {
      setAttribute(element, 'data-state', sink.state);
      setAttribute(element, 'data-sink', sink.id);
      setText(name, sink.name);
      setText(condition, sinkState(sink));
      setText(trouble, sinkTrouble(sink));
      setHidden(button, !isRetryable(sink) || !mayRetry());
      setAttribute(button, 'aria-label', `Try ${sink.name} now`);
      facts.show(sinkFacts(sink, state.clock.nowMs(), state.zone));
    },
  };
}
