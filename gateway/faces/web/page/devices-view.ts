import type { ApiClient } from './api-client.ts';
import type { Device } from './api-types.ts';
import { createDeviceBody } from './device-body.ts';
import { ageFacts, errorText, sinceText, stateText } from './device-words.ts';
import type { HomeState } from './home-state.ts';
import { createKeyedRows, type Row } from './keyed-rows.ts';
import { isActive } from './owner.ts';
import { makeElement, setAttribute, setHidden, setText } from './make-element.ts';

/** The devices: one line each, with all they say behind a tap. */
export function createDevicesView(parent: Element, state: HomeState, client: ApiClient): () => void {
  const list = makeElement('div', { class: 'devices' });
  const empty = makeElement('p', { class: 'note', hidden: '' }, 'No device is configured.');
  parent.replaceChildren(list, empty);
  const showRows = createKeyedRows<Device>(
    list,
    ({ id }) => id,
    (device) => createDeviceRow(device, state, client),
  );
  return () => {
    showRows(state.devices);
    setHidden(empty, state.devices.length > 0 || !state.isKnown.devices);
  };
}

function createDeviceRow({ id }: Device, state: HomeState, client: ApiClient): Row<Device> {
  const name = makeElement('span', { class: 'device-name' });
  const condition = makeElement('span', { class: 'device-state' });
  const age = makeElement('span', { class: 'device-age' });
  const bar = makeElement('span', { class: 'bar' }, makeElement('span'));
  const error = makeElement('span', { class: 'device-error' });
  const summary = makeElement(
    'summary',
    {},
    makeElement('span', { class: 'dot' }),
    name,
    condition,
    makeElement('span', { class: 'device-age-cell' }, age, bar),
    error,
  );
  const body = createDeviceBody(id, state, client);
  const element = makeElement('details', { class: 'device', 'data-device': id }, summary, body.element);
  element.addEventListener('toggle', () => {
    if (element.open) body.open();
  });
  return {
    element,
    show: (device) => {
      const nowMs = state.clock.nowMs();
      const facts = ageFacts(device, newestMs(state, id), nowMs);
      setAttribute(element, 'data-state', device.state);
      setText(name, device.name);
      setText(condition, `${stateText(device)} ${sinceText(device, nowMs)}`.trim());
      setText(age, isActive(device) ? facts.text : '');
      setAttribute(age, 'data-mark', facts.isStale && isActive(device) ? 'stale' : 'good');
      setHidden(bar, facts.share === undefined || !isActive(device));
      bar.style.setProperty('--share', String(Math.min(1, facts.share ?? 0)));
      setAttribute(bar, 'data-over', String((facts.share ?? 0) > 1));
      setText(error, errorText(device.lastError));
      if (element.open) body.show(device);
    },
  };
}

/** When its newest value was read. */
function newestMs(state: HomeState, id: string): number | undefined {
  let newest: number | undefined;
  for (const { device, atMs, value } of state.latest.values()) {
    if (device === id && value !== null && (newest === undefined || atMs > newest)) newest = atMs;
  }
  return newest;
}
