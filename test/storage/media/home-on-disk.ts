import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { createGateway, type Gateway } from '../../../gateway/app.ts';
import { seededRandom } from '../../../gateway/core/random.ts';
import { createTokenRegister } from '../../../gateway/features/access/token-register.ts';
import type { HealthLine } from '../../../gateway/features/lifecycle/gateway-commands.ts';
import { openInProcessDatabase } from '../../../gateway/storage/index.ts';
import type { Database } from '../../../gateway/storage/store-calls.ts';
import { createSimulatedHome } from '../../../modbus-sim/simulated-home-devices.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';
import { usualAnswerTimes } from '../../../sim/simulated-wire.ts';
import { virtualConfig } from '../../../sim/virtual-config.ts';
import { virtualParts } from '../../../sim/virtual-parts.ts';
import { virtualTransport, virtualWires } from '../../../sim/virtual-site.ts';

const startMs = Date.UTC(2026, 2, 27);
const minuteMs = 60_000;
const dayMs = 86_400_000;
const zone = 'Europe/Paris';
const periodMs = 10_000;
/** Of the simulated home, with their drivers. */
const drivers = { 'inverter-1': 'sungrow-hybrid', 'meter-1': 'eastron-sdm630' } as const;
const deviceIds = ['inverter-1', 'meter-1'] as const;

/** The whole firmware in virtual time, with two simulated devices and a database on a real disk. */
export class HomeOnDisk {
  readonly #directory: string;
  readonly #places: readonly string[];
  readonly #clock = new SimulatedClock(startMs);
  readonly #random = seededRandom(1);
  readonly #wires;
  #gateway: Gateway | undefined;
  #token = '';
  #boots = 0;
  /** Of the meter that went well, over all starts. */
  polls = 0;

  /** Copies of the database go to the places. */
  constructor(directory: string, places: readonly string[]) {
    this.#directory = directory;
    this.#places = places;
    const { devices } = createSimulatedHome({ seed: 1, startMs });
    this.#wires = virtualWires(
      deviceIds.map((id) => ({ framing: 'tcp', slave: devices[id].slave })),
      {
        clock: this.#clock,
        random: seededRandom(2),
        answerTimes: usualAnswerTimes,
        distort: (bytes) => bytes,
      },
    );
  }

  /** A database with an owner, and an inverter that may be told set points. */
  async prepare(): Promise<void> {
    const database = await this.open();
    await database.call('recordControl', { mode: { device: 'inverter-1', mode: 'control' } });
    const tokens = createTokenRegister({ clock: this.#clock, store: database });
    const { secret } = await tokens.create({ label: 'owner', scopes: ['read', 'control'], lifeMs: dayMs });
    this.#token = secret;
    await database.close();
  }

  async boot(): Promise<void> {
    this.#boots += 1;
    const database = await this.open();
    const devices = deviceIds.map((id, index) => ({
      id,
      driver: drivers[id],
      transport: virtualTransport('tcp', index),
      unit: 1,
      periodMs,
    }));
    this.#gateway = await createGateway({
      ...virtualParts(this.#clock, {
        config: virtualConfig(devices, zone),
        random: this.#random,
        ...this.#wires,
        database,
        bootId: `boot-${this.#boots}`,
      }),
      trace: ({ kind, task, outcome }) => {
        if (kind === 'end' && task === 'harvest:meter-1' && outcome === 'ok') this.polls += 1;
      },
    });
    await this.#gateway.start();
  }

  /** The database, when no gateway runs on it. */
  async open(): Promise<Database> {
    return await openInProcessDatabase({
      directory: this.#directory,
      zone,
      nowMs: this.#clock.wall(),
      temporaryDirectories: this.#places,
      ballastBytesMax: 0,
    });
  }

  async live(minutes: number): Promise<void> {
    await this.#clock.advance(minutes * minuteMs);
  }

  /** Answers how many readings were lost. */
  async stop(): Promise<number> {
    const stopping = this.#gateway?.stop();
    await this.#clock.advance(5_000);
    const stopped = await stopping;
    assert(stopped !== undefined, 'it ran');
    return stopped.readingsLost;
  }

  async health(): Promise<readonly HealthLine[]> {
    return (await this.#ask<{ lines: readonly HealthLine[] }>('GET', '/api/v1/state')).lines;
  }

  /** What health says of the medium. */
  async complaint(): Promise<string | undefined> {
    return (await this.health()).find(({ subject }) => subject === 'storage:medium')?.message;
  }

  async storage(): Promise<{ readonly mode: string; readonly pendingReadings: number }> {
    return await this.#ask('GET', '/api/v1/storage');
  }

  /** Answers what the device confirmed. */
  async tell(value: number): Promise<number> {
    const url = '/api/v1/devices/inverter-1/controls/battery_power_w';
    return (await this.#ask<{ value: number }>('POST', url, { value, lease: '60s' })).value;
  }

  /** The states of all devices. */
  states(): readonly string[] {
    return (this.#gateway?.devices() ?? []).map(({ device }) => device.state);
  }

  async #ask<Answer>(method: 'GET' | 'POST', url: string, payload?: object): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.#token}` };
    const asking = this.#gateway?.inject({ method, url, headers, ...(payload && { payload }) });
    assert(asking !== undefined, 'it runs');
    const state = { isAnswered: false };
    const answering = asking.finally(() => (state.isAnswered = true));
    // The request needs turns of the event loop, and a device answers only while time passes.
    while (!state.isAnswered) {
      await turn();
      await this.#clock.advance(20);
    }
    const answer = await answering;
    assert(answer.statusCode < 300, `${method} ${url} answered ${answer.statusCode}: ${answer.body}`);
    return answer.json<Answer>();
  }
}
