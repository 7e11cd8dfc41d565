import type { Alert } from './alert-types.ts';
import type { HomeState } from './home-state.ts';
import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeElement, setText } from './make-element.ts';

/** What is wrong and cannot wait, over every view; nothing at all when nothing is. */
export function createAlertBanner(parent: Element, state: HomeState): () => void {
  const show = createKeyedRows<Alert>(parent, ({ id }) => String(id), makeBanner);
  return () => show(state.openAlerts.filter(({ severity }) => severity === 'safety'));
}

function makeBanner(): Row<Alert> {
  const title = makeElement('strong');
  const text = makeElement('span');
  return {
    element: makeElement('a', { href: '#/alerts' }, title, ' ', text),
    show: (alert) => {
      setText(title, alert.title);
      setText(text, alert.text);
    },
  };
}
