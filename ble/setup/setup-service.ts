import type { Clock } from '../clock.ts';
import type { AskHandshake } from '../gateway-link/gateway-link.ts';
import type { Log } from '../log.ts';
import type { NearbyService } from '../nearby-service.ts';
import { setupName } from '../protocol/setup-name.ts';
import { setupFacts, setupInbox, setupOutbox, setupService } from '../protocol/uuids.ts';
import { completeName, flags, joinStructures, serviceOf } from '../radio/advertising-data.ts';
import type { Advertisement, GattLink, GattService } from '../radio/radio.ts';
import { OneSession } from './one-session.ts';
import { Phone } from './phone.ts';

export interface SetupServiceParts {
  readonly ask: AskHandshake;
  readonly clock: Clock;
  readonly log: Log;
}

const protocolVersion = 1;
const idBytes = 16;
const doorStates = { closed: 0, open: 1, inSession: 2, barred: 3 } as const;

/**
 * Our own service: docs/provisioning-protocol.md, sections 1 to 4. It is found while the door is open or barred, and
 * answers whoever writes to it: whether it may, the gateway says.
 */
export function createSetupService(parts: SetupServiceParts): NearbyService {
  return new SetupService(parts);
}

class SetupService implements NearbyService {
  readonly service: GattService;
  readonly #parts: SetupServiceParts;
  readonly #phones = new Map<string, Phone>();
  readonly #session = new OneSession();
  readonly #stops: readonly (() => void)[];
  #listener: () => void = () => undefined;

  constructor(parts: SetupServiceParts) {
    this.#parts = parts;
    this.service = {
      uuid: setupService,
      characteristics: [
        { uuid: setupFacts, properties: ['read'], read: () => this.#facts() ?? 'unlikely-error' },
        {
          uuid: setupInbox,
          properties: ['write', 'writeWithoutResponse'],
          write: (link, fragment) => this.#phoneOf(link).take(fragment),
        },
        {
          uuid: setupOutbox,
          properties: ['notify'],
          subscribed: (link, send) => this.#phoneOf(link).listen(send),
        },
      ],
      disconnected: ({ id }) => {
        this.#phones.get(id)?.gone();
        this.#phones.delete(id);
      },
    };
    const { ask } = parts;
    this.#stops = [
      ask.onDoor(() => this.#doorChanged()),
      ask.onJoining((joining) => {
        for (const phone of this.#phones.values()) phone.tell({ event: 'joining', joining });
      }),
    ];
  }

  advertisement(): Advertisement | undefined {
    const { description, door } = this.#parts.ask;
    if (description === undefined || door === undefined || door.state === 'closed') return undefined;
    return {
      data: joinStructures(flags(), serviceOf(setupService)),
      scanResponse: completeName(setupName(description.gatewayId)),
    };
  }

  onAdvertisement(listener: () => void): void {
    this.#listener = listener;
  }

  close(): void {
    for (const stop of this.#stops) stop();
    for (const phone of this.#phones.values()) phone.gone();
    this.#phones.clear();
  }

  /** 20 bytes; undefined before the gateway has said who it is. */
  #facts(): Uint8Array | undefined {
    const { description, door } = this.#parts.ask;
    if (description === undefined) return undefined;
    const id = new TextEncoder().encode(description.gatewayId.padEnd(idBytes).slice(0, idBytes));
    return Uint8Array.of(protocolVersion, ...id, this.#doorState(), door?.triesLeft ?? 0, 0);
  }

  #doorState(): number {
    const { door } = this.#parts.ask;
    if (door === undefined) return doorStates.closed;
    return this.#session.isTaken ? doorStates.inSession : doorStates[door.state];
  }

  #doorChanged(): void {
    if (this.#parts.ask.door === undefined) for (const phone of this.#phones.values()) phone.gatewayLost();
    this.#listener();
  }

  #phoneOf(link: GattLink): Phone {
    const known = this.#phones.get(link.id) ?? new Phone(link, { ...this.#parts, turn: this.#session });
    this.#phones.set(link.id, known);
    return known;
  }
}
