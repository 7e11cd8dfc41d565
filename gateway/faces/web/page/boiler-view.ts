import type { AlertDeeds } from './alert-deeds.ts';
import { createAlertList, type AlertList } from './alert-list.ts';
import { createAlertsClient } from './alerts-client.ts';
import type { ApiClient } from './api-client.ts';
import { wordsFor } from './api-problem.ts';
import { BoilerChart } from './boiler-chart.ts';
import { createBoilerClient, type BoilerClient } from './boiler-client.ts';
import { createBoilerControls } from './boiler-controls.ts';
import { BoilerHistory } from './boiler-history.ts';
import { createBoilerNowPanel } from './boiler-now-panel.ts';
import { createBoilerSettingsForm, type BoilerSettingsForm } from './boiler-settings-form.ts';
import { makeBoilerSetup } from './boiler-setup.ts';
import type { BoilerNow } from './boiler-types.ts';
import { dayBeside, dayOf, hashOf, spanOf, wishOf, type BoilerWish } from './boiler-wish.ts';
import type { SiteTime } from './boiler-words.ts';
import type { PageTime } from './browser-time.ts';
import { formatAge } from './format.ts';
import type { HomeState } from './home-state.ts';
import { makeElement, setHidden, setText } from './make-element.ts';
import { createPeriodicView, type PeriodicView } from './periodic-view.ts';
import type { TabView } from './tab-view.ts';

const usualPeriodMs = 10_000;
const kioskPeriodMs = 30_000;
/** Without an answer for so long, what is shown is not what is there. */
const lostMs = 2 * kioskPeriodMs;

/** The boiler now and over time, what people were told of it, and its settings; for a screen on the wall the first two. */
export class BoilerView implements TabView {
  readonly #state: HomeState;
  readonly #client: BoilerClient;
  readonly #deeds: AlertDeeds;
  readonly #asking: PeriodicView;
  readonly #message = makeElement('p', { class: 'note', role: 'status' });
  readonly #now = createBoilerNowPanel();
  readonly #controls = createBoilerControls((hash) => (location.hash = hash));
  readonly #chart = new BoilerChart();
  readonly #history: BoilerHistory;
  readonly #alerts: AlertList;
  readonly #settings: BoilerSettingsForm;
  readonly #setup = makeBoilerSetup();
  readonly #parts: readonly HTMLElement[];
  #wish: BoilerWish = wishOf('');
  #boiler: BoilerNow | undefined;
  #answeredMs: number | undefined;

  constructor(place: Element, state: HomeState, { client, time }: { client: ApiClient; time: PageTime }) {
    this.#state = state;
    this.#client = createBoilerClient(client);
    this.#history = new BoilerHistory(this.#client);
    this.#deeds = {
      client: createAlertsClient(client),
      time: () => this.#time(),
      do: (work, done) => this.#do(work, done),
    };
    this.#alerts = createAlertList(this.#deeds, 'Nothing is wrong with the boiler that people are told of.');
    this.#settings = createBoilerSettingsForm(this.#client);
    const chart = card('boiler-picture', this.#controls.element, this.#chart.element);
    const more = makeElement('p', {}, makeElement('a', { href: '#/alerts' }, 'All alerts, and who is told'));
    const alerts = card('boiler-alerts', makeElement('h2', {}, 'Alerts'), this.#alerts.element, more);
    this.#parts = [this.#now.element, chart, alerts, this.#settings.element];
    for (const part of this.#parts) setHidden(part, true);
    place.replaceChildren(...this.#parts, this.#setup, this.#message);
    this.#asking = createPeriodicView(
      this.#message,
      time,
      () => this.#load(),
      () => (this.#wish.isKiosk ? kioskPeriodMs : usualPeriodMs),
    );
  }

  start(): void {
    this.#wish = wishOf(location.hash);
    document.body.classList.toggle('kiosk', this.#wish.isKiosk);
    this.#asking.start();
  }

  stop(): void {
    document.body.classList.remove('kiosk');
    this.#asking.stop();
  }

  /** Ages go on between two answers, and what is lost is told. */
  show(): void {
    const boiler = this.#boiler;
    if (boiler === undefined) return;
    const { nowMs } = this.#time();
    this.#now.show(boiler, nowMs, this.#lostWords(nowMs));
    this.#alerts.show(this.#state.openAlerts.filter(({ subject }) => subject === 'boiler'));
  }

  refresh(): void {
    this.#asking.start();
  }

  async #load(): Promise<void> {
    const boiler = await this.#client.now();
    this.#boiler = boiler;
    this.#answeredMs = this.#time().nowMs;
    for (const part of this.#parts) setHidden(part, boiler === undefined);
    setHidden(this.#setup, boiler !== undefined);
    if (boiler === undefined) return;
    this.#settings.show(boiler);
    this.show();
    this.#alerts.load();
    await this.#loadHistory(boiler);
  }

  async #loadHistory(boiler: BoilerNow): Promise<void> {
    const wish = this.#wish;
    const time = this.#time();
    const { zone, nowMs } = time;
    const today = dayOf(nowMs, zone);
    const { failureC } = boiler;
    this.#controls.show(wish, { first: dayBeside(today, -boiler.settings.minuteDays), last: today });
    const span = spanOf(wish, nowMs, zone);
    const isLatest = await this.#history.load(hashOf(wish), span, nowMs);
    if (!isLatest || wish !== this.#wish) return;
    const { minutes, events } = this.#history;
    this.#chart.show({ minutes, events, span, failureC, time });
  }

  async #do(work: () => Promise<void>, done: string): Promise<void> {
    try {
      await work();
      this.#state.takeOpenAlerts(await this.#deeds.client.open());
      setText(this.#message, done);
    } catch (error) {
      setText(this.#message, wordsFor(error));
    }
  }

  #lostWords(nowMs: number): string {
    const { connection } = this.#state;
    const ageMs = nowMs - (this.#answeredMs ?? nowMs);
    if (connection.state === 'live' && ageMs < lostMs) return '';
    return `No connection to the gateway. What you see is ${formatAge(ageMs)} old.`;
  }

  #time(): SiteTime {
    return { nowMs: this.#state.clock.nowMs(), zone: this.#state.zone };
  }
}

function card(name: string, ...parts: readonly HTMLElement[]): HTMLElement {
  return makeElement('div', { class: `card ${name}` }, ...parts);
}
