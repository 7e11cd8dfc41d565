import type { ApiClient } from './api-client.ts';
import { wordsFor } from './api-problem.ts';
import type { PageTime } from './browser-time.ts';
import { createDerogationsCard } from './derogations-card.ts';
import type { HomeState } from './home-state.ts';
import { makeElement, setHidden, setText } from './make-element.ts';
import { createMembersCard } from './members-card.ts';
import { createPeriodicView, type PeriodicView } from './periodic-view.ts';
import { createServerCard } from './server-card.ts';
import { createServerClient, type ServerClient } from './server-client.ts';
import type { ServerDeeds } from './server-deeds.ts';
import { createStatementsCard } from './statements-card.ts';
import type { TabView } from './tab-view.ts';
import { createCalendarCard } from './tempo-calendar-card.ts';
import { createEnergyCard } from './tempo-energy-card.ts';
import { createTempoNowCard } from './tempo-now-card.ts';
import { makeTempoSetup } from './tempo-setup.ts';
import { daysOf, seasonOf, tempoWishOf, type TempoWish } from './tempo-wish.ts';

const periodMs = 30_000;
/** Of statements before the newest. */
const yearsMax = 4;

/** The colours of Tempo, the server that goes by them, who shares it, and what it costs. */
export class TempoView implements TabView {
  readonly #state: HomeState;
  readonly #client: ServerClient;
  readonly #asking: PeriodicView;
  readonly #message = makeElement('p', { class: 'note', role: 'status' });
  readonly #now = createTempoNowCard();
  readonly #calendar = createCalendarCard();
  readonly #server;
  readonly #energy;
  readonly #members = createMembersCard();
  readonly #derogations;
  readonly #statements;
  readonly #setup = makeTempoSetup();
  readonly #ofColours: readonly HTMLElement[];
  readonly #ofServer: readonly HTMLElement[];
  #wish: TempoWish = tempoWishOf('');
  #today = '';
  #mayAdminister: boolean | undefined;

  constructor(place: Element, state: HomeState, { client, time }: { client: ApiClient; time: PageTime }) {
    this.#state = state;
    this.#client = createServerClient(client);
    const deeds: ServerDeeds = {
      client: this.#client,
      mayAdminister: () => this.#mayAdminister === true,
      time: () => ({ nowMs: state.clock.nowMs(), zone: state.zone }),
      do: (work, done) => this.#do(work, done),
    };
    this.#server = createServerCard(deeds);
    this.#energy = createEnergyCard(deeds);
    this.#derogations = createDerogationsCard(deeds);
    this.#statements = createStatementsCard(deeds);
    this.#ofColours = [this.#now.element, this.#calendar.element];
    const people = [this.#members, this.#derogations, this.#statements].map(({ element }) => element);
    this.#ofServer = [this.#server.element, this.#energy.element, ...people];
    for (const part of [...this.#ofColours, ...this.#ofServer]) setHidden(part, true);
    const left = makeElement('div', {}, this.#now.element, this.#server.element, ...people);
    const right = makeElement('div', {}, this.#calendar.element, this.#energy.element);
    place.replaceChildren(
      makeElement('div', { class: 'tempo-columns' }, left, right),
      this.#setup,
      this.#message,
    );
    this.#asking = createPeriodicView(
      this.#message,
      time,
      () => this.#load(),
      () => periodMs,
    );
  }

  start(): void {
    this.#wish = tempoWishOf(location.hash);
    this.#asking.start();
  }

  stop(): void {
    this.#asking.stop();
  }

  show(): void {
    // All of it is shown when it comes.
  }

  refresh(): void {
    this.#asking.start();
  }

  async #load(): Promise<void> {
    const [tempo, server] = await Promise.all([this.#client.tempo(), this.#client.server()]);
    this.#mayAdminister ??= await this.#client.mayAdminister();
    for (const part of this.#ofColours) setHidden(part, tempo === undefined);
    for (const part of this.#ofServer) setHidden(part, server === undefined);
    setHidden(this.#setup, tempo !== undefined || server !== undefined);
    const nowMs = this.#state.clock.nowMs();
    this.#today = tempo?.today.day ?? server?.days[0]?.day ?? '';
    if (tempo !== undefined) {
      this.#now.show(tempo, nowMs);
      const { first } = daysOf(this.#wish, this.#today);
      this.#calendar.show(await this.#client.calendar(seasonOf(first)), this.#today);
    }
    if (server === undefined) return;
    this.#server.show(server, await this.#client.orders());
    await this.#loadEnergy();
    await this.#loadPeople();
  }

  async #loadEnergy(): Promise<void> {
    const wish = this.#wish;
    const { first, last } = daysOf(wish, this.#today);
    const to = last < this.#today ? last : this.#today;
    const days = first > to ? [] : await this.#client.energy({ first, last: to });
    // Another month may be looked at by now.
    if (wish === this.#wish) this.#energy.show(days, wish, this.#today);
  }

  async #loadPeople(): Promise<void> {
    const members = await this.#client.members();
    this.#members.show(members, await this.#client.shares(), this.#today);
    this.#derogations.show(await this.#client.derogations(), members);
    const newest = await this.#client.statements();
    const before = newest.years.filter((year) => year !== newest.year).slice(-yearsMax);
    const others = await Promise.all(before.map((year) => this.#client.statements(year)));
    this.#statements.show([newest, ...others]);
  }

  async #do(work: () => Promise<void>, done: string): Promise<void> {
    try {
      await work();
      await this.#asking.anew();
      if (done !== '') setText(this.#message, done);
    } catch (error) {
      setText(this.#message, wordsFor(error));
    }
  }
}
