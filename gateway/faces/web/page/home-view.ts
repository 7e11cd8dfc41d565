import { createApiClient, type ApiClient } from './api-client.ts';
import { createAlertBanner } from './alert-banner.ts';
import type { Access } from './access-store.ts';
import { browserTime } from './browser-time.ts';
import { ChartsView } from './charts-view.ts';
import { createConnectionView } from './connection-view.ts';
import { createFlowPicture } from './flow-picture.ts';
import { createGatewayClock } from './gateway-clock.ts';
import { createGatewayView } from './gateway-view.ts';
import { createHealthView } from './health-view.ts';
import { createHomeCards } from './home-cards-view.ts';
import { feedHome } from './home-feed.ts';
import { HomeState, type Change } from './home-state.ts';
import { setHidden, setText, skeletonElement } from './make-element.ts';
import { computePowerFlow } from './power-flow.ts';
import { createSetupFold } from './setup-fold.ts';
import { followTabs, type Tab } from './tabs.ts';
import type { TabView } from './tab-view.ts';
import { createTabViews } from './tab-views.ts';
import { TodayView } from './today-view.ts';

/** The page of whoever is paired. */
export interface HomeView {
  readonly client: ApiClient;
  stop(): void;
}

/** A glance at another tab does not end the stream. */
const restDelayMs = 30_000;

/** Puts the views over one state, and keeps that state true until it is stopped. */
export function showHome(access: Access, onRefused: () => void): HomeView {
  const clock = createGatewayClock(browserTime);
  const client = createApiClient({
    token: access.token,
    time: browserTime,
    onRefused,
    onServerTime: (serverMs) => clock.take(serverMs),
  });
  const state = new HomeState(clock, (callback) => void requestAnimationFrame(callback));
  const views = createViews(state, client);
  const stopListening = state.onChange((changes) => views.show(changes));
  const feed = feedHome(state, client, browserTime);
  const stopTabs = followTabs((tab) => views.openTab(tab));
  let cancelRest = (): void => undefined;
  const retry = (): void => {
    cancelRest();
    if (document.hidden) cancelRest = browserTime.after(restDelayMs, () => feed.rest());
    else feed.retryNow();
  };
  addEventListener('online', retry);
  document.addEventListener('visibilitychange', retry);
  return {
    client,
    stop: () => {
      removeEventListener('online', retry);
      document.removeEventListener('visibilitychange', retry);
      cancelRest();
      stopTabs();
      feed.stop();
      stopListening();
      views.stop();
    },
  };
}

interface Views {
  show(changes: ReadonlySet<Change>): void;
  openTab(tab: Tab): void;
  stop(): void;
}

function createViews(state: HomeState, client: ApiClient): Views {
  const time = browserTime;
  const showFlow = createFlowPicture(skeletonElement('flow'), (device) => state.nameOf(device));
  const today = new TodayView(skeletonElement('today'), state, client);
  const charts = new ChartsView({ element: skeletonElement('charts'), state, client, time });
  const showCards = createHomeCards(skeletonElement('cards'), state);
  const showHealth = createHealthView(skeletonElement('health'), state);
  const showAlerts = createAlertBanner(skeletonElement('alarm'), state);
  const showGateway = createGatewayView(skeletonElement('gateway'), state);
  const showConnection = createConnectionView(skeletonElement('connection'), state, time);
  const reloadOnUpdate = createUpdateWatch(state);
  const isBack = createReturnWatch(state);
  const tabs = createTabViews(state, client);
  const stopSetup = createSetupFold(skeletonElement('setup'), {
    client,
    time,
    gatewayId: () => state.status?.id,
  });

  return {
    openTab: (tab) => {
      for (const [name, view] of tabs) {
        if (tab === name) view.start();
        else view.stop();
      }
      if (tab === 'home') charts.moveOn();
    },
    stop: () => {
      for (const view of tabs.values()) view.stop();
      stopSetup();
      charts.stop();
    },
    show: (changes) => {
      showConnection();
      const isAgain = changes.has('connection') && isBack();
      if (isAgain) for (const view of [charts, today]) view.load();
      refreshTabs(tabs, changes, isAgain);
      showChanges(charts, state, changes);
      const { series, owners, latest, clock } = state;
      showFlow(computePowerFlow({ series, owners, latest, nowMs: clock.nowMs() }));
      today.show();
      for (const show of [showAlerts, showCards, showHealth, showGateway]) show();
      for (const view of tabs.values()) view.show();
      setHidden(skeletonElement('tab-boiler'), !state.hasBoiler);
      setHidden(skeletonElement('tab-tempo'), !state.hasTempo);
      if (state.config.site?.name !== undefined) setText(skeletonElement('site'), state.config.site.name);
      reloadOnUpdate();
    },
  };
}

/** What came while the page was cut off is asked for by every view. */
function refreshTabs(tabs: ReadonlyMap<Tab, TabView>, changes: ReadonlySet<Change>, isAll: boolean): void {
  for (const [name, view] of tabs) if (isAll || changes.has(name as Change)) view.refresh?.();
}

function showChanges(charts: ChartsView, state: HomeState, changes: ReadonlySet<Change>): void {
  if (changes.has('readings')) charts.takeLive();
  if (changes.has('readings') || changes.has('devices')) charts.showSeries();
  if (changes.has('status')) charts.suggestRange(state.status?.storage?.oldestMs ?? undefined);
  if (changes.has('time')) charts.moveOn();
}

/** Answers true when the stream is live for another time: live values of the pause are missing then. */
function createReturnWatch(state: HomeState): () => boolean {
  let wasLive = false;
  return () => {
    const isLive = state.connection.state === 'live';
    const isBack = isLive && wasLive;
    wasLive ||= isLive;
    return isBack;
  };
}

/** A page left open must not go on with the scripts of an older gateway. */
function createUpdateWatch(state: HomeState): () => void {
  let first: string | undefined;
  let isReloading = false;
  return () => {
    const version = state.status?.version.version;
    first ??= version;
    if (version === first || isReloading) return;
    isReloading = true;
    location.reload();
  };
}
