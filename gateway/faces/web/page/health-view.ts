import type { HealthLine } from './api-types.ts';
import { formatDuration } from './format.ts';
import type { HomeState } from './home-state.ts';
import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeElement, setAttribute, setText } from './make-element.ts';

/** What is not as it should be, in words and with what to do; nothing at all when all is well. */
export function createHealthView(parent: Element, state: HomeState): () => void {
  const list = makeElement('ul');
  parent.replaceChildren(list);
  const show = createKeyedRows<HealthLine>(
    list,
    ({ subject, message }) => `${subject} ${message}`,
    () => makeLine(state),
  );
  return () => show(state.status?.state.lines ?? []);
}

function makeLine(state: HomeState): Row<HealthLine> {
  const message = makeElement('strong');
  const hint = makeElement('span', { class: 'hint' });
  // The passing of time is no news: it must not be read out every second.
  const since = makeElement('span', { class: 'since', 'aria-hidden': 'true' });
  const element = makeElement('li', {}, message, hint, since);
  return {
    element,
    show: (line) => {
      setAttribute(element, 'data-status', line.status);
      setText(message, sentence(line.message));
      setText(hint, line.hint === null ? '' : sentence(line.hint));
      setText(since, `for ${formatDuration(state.clock.nowMs() - line.sinceMs)}`);
    },
  };
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
}
