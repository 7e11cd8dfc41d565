import type { ApiClient } from './api-client.ts';
import type { PageTime } from './browser-time.ts';
import type { HomeState } from './home-state.ts';
import { makeElement } from './make-element.ts';
import { createSinksView } from './sinks-view.ts';
import { createStorageView } from './storage-view.ts';
import type { TabView } from './tab-view.ts';

/** The database, and where its readings are sent to. */
export function createStorageTab(
  place: Element,
  state: HomeState,
  { client, time }: { readonly client: ApiClient; readonly time: PageTime },
): TabView {
  const database = makeElement('div', { id: 'database', class: 'card' });
  const sending = makeElement('div', { id: 'sinks', class: 'card' });
  place.replaceChildren(database, sending);
  const storage = createStorageView({ element: database, client, time, zone: () => state.zone });
  const sinks = createSinksView({ element: sending, state, client, time });
  return {
    start: () => {
      storage.start();
      sinks.start();
    },
    stop: () => {
      storage.stop();
      sinks.stop();
    },
    show: () => undefined,
  };
}
