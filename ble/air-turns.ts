import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import type { NearbyService } from './nearby-service.ts';
import type { Advertisement, Radio } from './radio/radio.ts';

export interface AirTurnsParts {
  readonly radio: Radio;
  readonly clock: Clock;
  readonly log: Log;
}

/** Of each service, when more than one is on the air. */
const turnMs = 1_000;

/** What is advertised, and when: services that want to be found take turns. With one or none of them, nothing ticks. */
export class AirTurns {
  readonly #parts: AirTurnsParts;
  readonly #services: readonly NearbyService[];
  #turn = 0;
  #shown = '';
  #stopAlarm: () => void = () => undefined;
  #isClosed = false;

  constructor(parts: AirTurnsParts, services: readonly NearbyService[]) {
    this.#parts = parts;
    this.#services = services;
    for (const service of services) service.onAdvertisement(() => this.look());
  }

  /** After anything has changed. */
  look(): void {
    if (this.#isClosed) return;
    const { clock, radio } = this.#parts;
    this.#stopAlarm();
    const wanted = this.#services
      .map((service) => service.advertisement())
      .filter((advertisement) => advertisement !== undefined);
    this.#show(wanted[this.#turn % Math.max(wanted.length, 1)]);
    if (wanted.length < 2 || radio.state !== 'on') return;
    this.#stopAlarm = clock.after(turnMs, () => {
      this.#turn += 1;
      this.look();
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#stopAlarm();
  }

  #show(advertisement: Advertisement | undefined): void {
    const { radio, log } = this.#parts;
    const shown =
      advertisement === undefined ? '' : `${hex(advertisement.data)} ${hex(advertisement.scanResponse)}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    radio.advertise(advertisement).catch((error: unknown) => {
      this.#shown = 'unknown';
      log.say('warn', `what is advertised could not be changed: ${String(error)}`);
    });
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
