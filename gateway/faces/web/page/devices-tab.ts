import type { ApiClient } from './api-client.ts';
import type { PageTime } from './browser-time.ts';
import { createDevicesView } from './devices-view.ts';
import type { HomeState } from './home-state.ts';
import { makeElement } from './make-element.ts';
import { createSourcesView } from './sources-view.ts';
import type { TabView } from './tab-view.ts';

/** What is read: devices, and sources. */
export function createDevicesTab(
  place: Element,
  state: HomeState,
  parts: { readonly client: ApiClient; readonly time: PageTime },
): TabView {
  const devices = makeElement('div');
  const sources = makeElement('div');
  place.replaceChildren(
    makeElement('div', { class: 'card' }, makeElement('h2', {}, 'Devices'), devices),
    makeElement('div', { class: 'card' }, makeElement('h2', {}, 'Sources'), sources),
  );
  const showDevices = createDevicesView(devices, state, parts.client);
  const { asking, show } = createSourcesView(sources, state, parts);
  return {
    start: () => asking.start(),
    stop: () => asking.stop(),
    show: () => {
      showDevices();
      show();
    },
  };
}
