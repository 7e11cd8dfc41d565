import { monotonicMs } from '../../../gateway/core/clock.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { LiveEvent, LiveFeed, LiveValue } from '../../../gateway/core/live-feed.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { seededRandom } from '../../../gateway/core/random.ts';
import { steadyMs, type StampingClock } from '../../../gateway/core/machine-clock.ts';
import { noSerialLines } from '../../../gateway/core/serial-lines.ts';
import type { TaskDefinition } from '../../../gateway/engine/task.ts';
import type { BoundCommand } from '../../../gateway/features/command.ts';
import { SecretFile } from '../../../gateway/features/sources/secret-file.ts';
import { bindSourceCommands } from '../../../gateway/features/sources/source-commands.ts';
import { SourceFleet } from '../../../gateway/features/sources/source-fleet.ts';
import { TextBook } from '../../../gateway/features/sources/text-book.ts';
import type { SourceSetting } from '../../../gateway/features/sources/watched-source.ts';
import type { SourceAnswer, SourceDefinition, SourceText } from '../../../gateway/io/sources/source.ts';
import { createRealAlarm } from '../../../gateway/system/real-alarm.ts';
import { realClock } from '../../../gateway/system/real-clock.ts';
import { SimulatedDisk } from '../../../sim/simulated-disk.ts';
import type { HomeStore } from './home-store.ts';
import type { StubHome } from './stub-home.ts';

const names: Readonly<Record<string, string>> = {
  p1: 'Smart meter',
  weather: 'Météo 🌦',
  heating: 'Room thermostats',
  carbon: 'Carbon intensity',
  tempo: 'Tempo',
  fridge: 'Plug of the fridge',
  probes: 'Probes',
};

const texts: Readonly<Record<string, readonly SourceText[]>> = {
  weather: [{ quantity: 'weather_description', text: 'légère bruine' }],
  heating: [
    { part: 'zone-1', quantity: 'name', text: 'Salle à manger' },
    { part: 'zone-1', quantity: 'set_point_mode', text: 'FollowSchedule' },
    { part: 'zone-2', quantity: 'name', text: 'Chambre 🛏' },
    { part: 'zone-2', quantity: 'set_point_mode', text: 'PermanentOverride' },
    { part: 'system-9', quantity: 'system_mode', text: 'AutoWithEco' },
  ],
  tempo: [
    { quantity: 'today.day', text: '2026-01-12' },
    { quantity: 'tomorrow.day', text: '2026-01-13' },
    { quantity: 'tomorrow.possible', text: 'blue white' },
  ],
  probes: [{ part: '28-00000a69bebf', quantity: 'name', text: 'Water' }],
};

const clock: StampingClock = {
  ...realClock,
  stamp: () => ({ basis: 'wall', atMs: realClock.wall() }),
  steady: () => steadyMs(realClock.monotonic()),
  timeline: 'this run',
};

/** The sources of the stub home, in a real fleet that reads them when the tests say so. */
export class StubHomeSources {
  readonly #home: StubHome;
  readonly #ids: readonly string[];
  readonly #book: TextBook;
  readonly #fleet: SourceFleet;
  readonly #tasks = new Map<string, TaskDefinition>();
  readonly #failures = new Map<string, GatewayError>();
  readonly #said = new Map<string, readonly SourceText[]>(Object.entries(texts));

  constructor(home: StubHome, store: HomeStore, feed: LiveFeed, ids = Object.keys(names)) {
    this.#home = home;
    this.#book = new TextBook(store, feed);
    this.#ids = ids;
    const skipped = { id: 'enphase', kind: 'said', reason: 'it has no token', hint: 'give token' };
    this.#fleet = new SourceFleet(
      [this.#definition()],
      ids.map(settingOf),
      ids.length === 0 ? [] : [skipped],
      {
        clock,
        logger: silentLogger,
        random: seededRandom(1),
        store,
        texts: this.#book,
        feed,
        take: () => Promise.resolve(),
        outside: {
          http: { request: () => Promise.reject(new GatewayError('host_unresolved', 'none')) },
          network: { connectTcp: () => Promise.reject(new GatewayError('host_unresolved', 'none')) },
          serial: noSerialLines,
          work: { run: () => Promise.reject(new GatewayError('worker_crashed', 'none')) },
          zone: 'Europe/Paris',
        },
        secrets: new SecretFile('/secrets', new Set(), { disk: new SimulatedDisk(), logger: silentLogger }),
        submit: (task) => void this.#tasks.set(task.name, task),
        runAt: () => undefined,
        commitSoon: () => undefined,
      },
    );
  }

  /** Reads each once. */
  async start(): Promise<void> {
    if (this.#tasks.size > 0) return;
    await this.#fleet.start();
    for (const id of this.#ids) await this.read(id);
  }

  async read(id: string): Promise<void> {
    const signal = new AbortController().signal;
    await this.#tasks
      .get(`source:${id}`)
      ?.run({ clock: realClock, signal, logger: silentLogger, dueMs: monotonicMs(0) });
  }

  /** What it says from its next reading on. */
  say(id: string, words: readonly SourceText[]): void {
    this.#said.set(id, words);
  }

  /** Every reading of it fails from now on. */
  fail(id: string, error: GatewayError): void {
    this.#failures.set(id, error);
  }

  live(): readonly LiveEvent[] {
    const states = this.#fleet
      .sources()
      .map(({ id, state, sinceMs }) => ({ type: 'source' as const, id, state, since: sinceMs }));
    return [...states, { type: 'texts', values: this.#book.all() }];
  }

  commands(latest: () => readonly LiveValue[]): readonly BoundCommand[] {
    return bindSourceCommands({
      fleet: this.#fleet,
      kinds: [this.#definition()],
      nextReadMs: () => realClock.wall() + 8_000,
      latest,
      texts: () => this.#book.all(),
      time: { clock: realClock, alarm: createRealAlarm(realClock) },
    });
  }

  #definition(): SourceDefinition {
    return {
      id: 'said',
      title: 'Somebody who says something',
      source: 'This page',
      options: {},
      pace: { periodMs: 10_000, periodMsMin: 0, timeoutMs: 10_000, requestsPerDay: 1_000 },
      lane: () => 'said',
      open: (_options, { id }) => ({ read: () => this.#answer(id) }),
    };
  }

  #answer(id: string): Promise<SourceAnswer> {
    const failure = this.#failures.get(id);
    if (failure !== undefined) return Promise.reject(failure);
    const values = this.#home
      .valuesAt(realClock.wall())
      .filter(({ device }) => device === id || device.startsWith(`${id}/`))
      .map(({ device, quantity, value }) => {
        const part = device.slice(id.length + 1);
        return { quantity, value: value ?? Number.NaN, ...(part !== '' && { part }) };
      });
    return Promise.resolve({ values, texts: this.#said.get(id) ?? [] });
  }
}

function settingOf(id: string): SourceSetting {
  const periodMs = id === 'p1' || id === 'fridge' ? 10_000 : 600_000;
  return {
    id,
    name: names[id] ?? id,
    kind: 'said',
    periodMs,
    enabled: true,
    options: {},
    missingSecrets: [],
  };
}
