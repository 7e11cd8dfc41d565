import type { ApiClient } from './api-client.ts';
import type { Source } from './api-types.ts';
import type { PageTime } from './browser-time.ts';
import type { HomeState } from './home-state.ts';
import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeElement, setAttribute, setHidden, setText } from './make-element.ts';
import { rootOf } from './owner.ts';
import { createPeriodicView, type PeriodicView } from './periodic-view.ts';
import { createSourceBody } from './source-body.ts';
import { sourceState, sourceTimes } from './source-words.ts';

export interface SourcesView {
  /** Asks when each is read next, while somebody looks. */
  readonly asking: PeriodicView;
  readonly show: () => void;
}

interface SourceRow extends Row<Source> {
  readonly load: () => void;
}

/** The sources: one line each, with all they say behind a tap. */
export function createSourcesView(
  parent: Element,
  state: HomeState,
  { client, time }: { readonly client: ApiClient; readonly time: PageTime },
): SourcesView {
  const list = makeElement('div', { class: 'devices' });
  const empty = makeElement(
    'p',
    { class: 'note', hidden: '' },
    'No source is configured: smart meters, plugs, probes, weather, thermostats, the grid.',
  );
  const message = makeElement('p', { class: 'note', role: 'status' });
  parent.replaceChildren(list, empty, message);
  const rows = new Map<string, SourceRow>();
  const showRows = createKeyedRows<Source>(
    list,
    ({ id }) => id,
    ({ id }) => {
      const row = createSourceRow(id, state, client);
      rows.set(id, row);
      return row;
    },
  );
  const load = async (): Promise<void> => {
    state.takeSources(await client.sources());
    for (const { load: loadRow } of rows.values()) loadRow();
  };
  return {
    asking: createPeriodicView(message, time, load),
    show: () => {
      showRows(state.sources);
      setHidden(empty, state.sources.length > 0 || !state.isKnown.sources);
    },
  };
}

function createSourceRow(id: string, state: HomeState, client: ApiClient): SourceRow {
  const name = makeElement('span', { class: 'device-name' });
  const condition = makeElement('span', { class: 'device-state' });
  const times = makeElement('span', { class: 'device-age device-age-cell' });
  const reason = makeElement('span', { class: 'device-error' });
  const dot = makeElement('span', { class: 'dot' });
  const summary = makeElement('summary', {}, dot, name, condition, times, reason);
  const body = createSourceBody(id, state, client);
  const element = makeElement('details', { class: 'device', 'data-source': id }, summary, body.element);
  const load = (): void => {
    if (element.open) body.load();
  };
  element.addEventListener('toggle', load);
  return {
    element,
    load,
    show: (source) => {
      const nowMs = state.clock.nowMs();
      setAttribute(element, 'data-state', source.state);
      setText(name, source.name);
      setText(condition, sourceState(source, nowMs));
      setText(times, sourceTimes(source, heardMs(state, id, nowMs), nowMs));
      setText(reason, source.reason ?? '');
      if (element.open) body.show(source);
    },
  };
}

/** When its newest value came that was measured as it was read; a provider's own clock may be ahead. */
function heardMs(state: HomeState, id: string, nowMs: number): number | undefined {
  let newest: number | undefined;
  for (const { device, atMs } of state.latest.values()) {
    const isItsOwn = rootOf(device) === id && atMs <= nowMs;
    if (isItsOwn && (newest === undefined || atMs > newest)) newest = atMs;
  }
  return newest;
}
