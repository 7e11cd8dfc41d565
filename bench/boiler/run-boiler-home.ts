import { createGateway, type Gateway, type GatewayParts } from '../../gateway/app.ts';
import type { Config, SourceConfig } from '../../gateway/config/config.ts';
import { seededRandom } from '../../gateway/core/random.ts';
import { sources as sourceKinds } from '../../gateway/io/sources/index.ts';
import { openInProcessDatabase } from '../../gateway/storage/index.ts';
import type { StoredAlert, StoredDelivery } from '../../gateway/storage/alert-calls.ts';
import type { Database } from '../../gateway/storage/store-calls.ts';
import { EventLog } from '../../sim/event-log.ts';
import { MortalLife } from '../../sim/mortal-life.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { virtualConfig } from '../../sim/virtual-config.ts';
import { virtualParts } from '../../sim/virtual-parts.ts';
import { boilerRoomWork, type RoomNow } from './boiler-room-work.ts';
import { VirtualPeople, type TakenMessage } from './virtual-people.ts';

/** Something that happens to the gateway or its clock, since the start, by the monotonic clock. */
export interface HomeMoment {
  readonly atMs: number;
  /** `kill`: at once, and started again after `forMs`. `step`: its clock is wrong by `forMs`. `right`: it is set right. */
  readonly kind: 'kill' | 'step' | 'right';
  readonly forMs: number;
}

export interface BoilerHomeOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly startMs: number;
  /** Of both sources. */
  readonly periodMs: number;
  /** What is at the pins at a true time. */
  readonly room: (nowMs: number) => RoomNow;
  readonly moments?: readonly HomeMoment[];
  /** Calls of the store, counted from 1 after the start, at which the process is killed before or after the call. */
  readonly killAtAlerts?: readonly { readonly noted: number; readonly isAfter: boolean }[];
  /** Whether messages fail to be sent in all ways that they can. */
  readonly isPeopleUnwell?: boolean;
  /** Where the database goes. Removed by whoever made it. */
  readonly directory: string;
}

export interface BoilerHomeResult {
  /** Oldest first. */
  readonly alerts: readonly StoredAlert[];
  readonly deliveries: readonly StoredDelivery[];
  readonly taken: readonly TakenMessage[];
  readonly lives: number;
  readonly hash: string;
}

const zone = 'Europe/Paris';
const minuteMs = 60_000;
const downMs = 5_000;
/** At the end, so that what waits is sent. */
const calmMs = 2 * minuteMs;
const unwellCalmMs = 3 * 3_600_000;
const inputs = {
  water: 'boiler/28-00000a69bebf',
  flue: 'boiler/28-00000a6c1d02',
  enclosure: 'boiler/28-00000a6e77d4',
  igniter: 'motors/a1',
  primaryFan: 'motors/a2',
};

/** The whole firmware in virtual time with a boiler at its pins, and people whom it tells. */
export async function runBoilerHome(options: BoilerHomeOptions): Promise<BoilerHomeResult> {
  const home = new BoilerHome(options);
  return await home.live();
}

class BoilerHome {
  readonly #options: BoilerHomeOptions;
  readonly #clock: SimulatedClock;
  readonly #people: VirtualPeople;
  readonly #log = new EventLog();
  readonly #room: ReturnType<typeof boilerRoomWork>;
  #life = new MortalLife();
  #gateway: Gateway | undefined;
  #database: Database | undefined;
  #lives = 0;
  #noted = 0;

  constructor(options: BoilerHomeOptions) {
    this.#options = options;
    this.#clock = new SimulatedClock(options.startMs);
    this.#people = new VirtualPeople(this.#clock, options.seed, options.isPeopleUnwell ?? false);
    this.#room = boilerRoomWork(() => options.room(this.#clock.truth()));
  }

  async live(): Promise<BoilerHomeResult> {
    const { minutes, moments = [] } = this.#options;
    await this.#boot();
    for (const moment of moments) {
      await this.#liveUntil(moment.atMs);
      if (moment.kind === 'kill') await this.#kill(moment.forMs);
      else if (moment.kind === 'step') {
        this.#clock.isSynchronized = false;
        this.#clock.stepWall(moment.forMs);
      } else this.#clock.synchronize();
    }
    await this.#liveUntil(minutes * minuteMs);
    const alerts = await this.#alerts();
    const restMs = this.#options.isPeopleUnwell === true ? unwellCalmMs : calmMs;
    await this.#liveUntil(minutes * minuteMs + restMs);
    const deliveries = await this.#deliveries(alerts);
    await this.#end();
    this.#room.close();
    for (const { reference, atMs } of this.#people.taken) this.#log.add(`${atMs} ${reference}`);
    const { taken } = this.#people;
    return { alerts, deliveries, taken, lives: this.#lives, hash: this.#log.digest() };
  }

  async #liveUntil(untilMs: number): Promise<void> {
    while (this.#clock.monotonic() < untilMs) {
      await this.#clock.advanceTo(Math.min(untilMs, this.#clock.monotonic() + minuteMs));
      if (this.#life.isOver) await this.#rise(downMs);
    }
  }

  async #kill(forMs: number): Promise<void> {
    this.#life.end();
    await this.#rise(forMs);
  }

  async #rise(afterMs: number): Promise<void> {
    await this.#database?.close();
    await this.#clock.advance(afterMs);
    await this.#boot();
  }

  async #boot(): Promise<void> {
    this.#lives += 1;
    this.#life = new MortalLife();
    this.#people.nextLife();
    const { directory, seed } = this.#options;
    this.#database = await openInProcessDatabase({ directory, zone, nowMs: this.#clock.wall() });
    const nothing = { request: () => Promise.reject(new Error('there is no network')) };
    this.#gateway = await createGateway({
      ...virtualParts(this.#clock, {
        config: this.#config(),
        random: seededRandom(seed + this.#lives),
        network: this.#life.network({ connectTcp: nothing.request }),
        serial: { open: nothing.request },
        database: this.#life.database(this.#tapped(this.#database)),
        bootId: `boiler-${this.#lives}`,
        work: this.#work(),
      }),
      alarm: this.#life.alarm(this.#clock),
      notifierKinds: this.#people.kinds(),
    });
    await this.#gateway.start();
  }

  async #end(): Promise<void> {
    const stopping = this.#gateway?.stop();
    await this.#clock.advance(10_000);
    await stopping;
  }

  /** Time stands still while the converter is sampled: that takes more steps than any other call. */
  #work(): GatewayParts['work'] {
    const { work } = this.#room;
    return { run: async (kind, request, signal) => await this.#clock.pend(work.run(kind, request, signal)) };
  }

  #tapped(database: Database): Database {
    const { killAtAlerts = [] } = this.#options;
    return {
      call: async (name, ...parameters) => {
        const [noted] = parameters as readonly { readonly alerts?: readonly unknown[] }[];
        const isTelling = name === 'noteAlerts' && (noted?.alerts?.length ?? 0) > 0;
        if (isTelling) this.#noted += 1;
        const kill = isTelling ? killAtAlerts.find((one) => one.noted === this.#noted) : undefined;
        if (kill?.isAfter === false) {
          this.#life.end();
          return await new Promise<never>(() => undefined);
        }
        const answer = await database.call(name, ...parameters);
        if (kill !== undefined) this.#life.end();
        return answer;
      },
      close: async () => await database.close(),
    };
  }

  #config(): Config {
    const { periodMs } = this.#options;
    return {
      ...virtualConfig([], zone),
      home: {},
      sources: [
        sourceConfig('boiler', 'ds18b20', periodMs, { basePath: this.#room.probesPath }),
        sourceConfig('motors', 'ads1115', periodMs, { cycles: 1, channels: ['a1', 'a2'] }),
      ],
      notifiers: this.#people.configs(),
      features: { boiler: { alerts: true, inputs } },
    };
  }

  async #alerts(): Promise<readonly StoredAlert[]> {
    const alerts = await this.#database?.call('listAlerts', { rowsMax: 1_000 });
    return (alerts ?? []).toReversed();
  }

  async #deliveries(alerts: readonly StoredAlert[]): Promise<readonly StoredDelivery[]> {
    const deliveries: StoredDelivery[] = [];
    for (const { id } of alerts)
      deliveries.push(...((await this.#database?.call('listDeliveries', { alert: id, rowsMax: 100 })) ?? []));
    return deliveries;
  }
}

function sourceConfig(
  id: string,
  kind: string,
  periodMs: number,
  options: SourceConfig['options'],
): SourceConfig {
  const definition = sourceKinds.find((one) => one.id === kind);
  const defaults = Object.entries(definition?.options ?? {}).flatMap(([name, field]) =>
    field.default === undefined ? [] : [[name, field.default] as const],
  );
  return {
    ...{ id, kind, enabled: true, periodMs, missingSecrets: [] },
    options: { ...Object.fromEntries(defaults), ...options },
  };
}
