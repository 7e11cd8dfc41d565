import type { ApiClient } from './api-client.ts';
import { browserTime } from './browser-time.ts';
import type { HomeState } from './home-state.ts';
import { createLazyTab } from './lazy-tab.ts';
import { loadStyle } from './load-style.ts';
import { skeletonElement } from './make-element.ts';
import type { TabView } from './tab-view.ts';
import type { Tab } from './tabs.ts';

/** The views of all tabs but the first, of which each comes when it is opened. */
export function createTabViews(state: HomeState, client: ApiClient): ReadonlyMap<Tab, TabView> {
  const time = browserTime;
  const parts = { client, time };
  const lazily = (tab: Tab, load: () => Promise<(place: Element) => TabView>): [Tab, TabView] => [
    tab,
    createLazyTab(skeletonElement(tab), time, load),
  ];
  return new Map([
    lazily('devices', async () => {
      const { createDevicesTab } = await import('./devices-tab.ts');
      return (place) => createDevicesTab(place, state, parts);
    }),
    lazily('jobs', async () => {
      const [{ JobsView }] = await Promise.all([import('./jobs-view.ts'), loadStyle('/assets/jobs.css')]);
      return (place) => new JobsView(place, state, parts);
    }),
    lazily('boiler', async () => {
      const [{ BoilerView }] = await Promise.all([
        import('./boiler-view.ts'),
        loadStyle('/assets/boiler.css'),
      ]);
      return (place) => new BoilerView(place, state, parts);
    }),
    lazily('tempo', async () => {
      const [{ TempoView }] = await Promise.all([import('./tempo-view.ts'), loadStyle('/assets/tempo.css')]);
      return (place) => new TempoView(place, state, parts);
    }),
    lazily('alerts', async () => {
      const [{ createAlertsView }] = await Promise.all([
        import('./alerts-view.ts'),
        loadStyle('/assets/boiler.css'),
      ]);
      return (place) => createAlertsView(place, state, parts);
    }),
    lazily('storage', async () => {
      const { createStorageTab } = await import('./storage-tab.ts');
      return (place) => createStorageTab(place, state, parts);
    }),
    lazily('engine', async () => {
      const { createEngineView } = await import('./engine-view.ts');
      return (element) => {
        const engine = createEngineView({ element, client, clock: state.clock, time });
        return { ...engine, show: () => undefined };
      };
    }),
  ]);
}
