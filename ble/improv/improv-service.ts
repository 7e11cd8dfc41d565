import type { Clock } from '../clock.ts';
import type { AskGateway } from '../gateway-link/ask-gateway.ts';
import type { NearbyService } from '../nearby-service.ts';
import { setupName } from '../protocol/setup-name.ts';
import { completeName } from '../radio/advertising-data.ts';
import type { Advertisement, GattLink, GattService } from '../radio/radio.ts';
import { improvAdvertisement } from './improv-advertisement.ts';
import { capabilitiesOf, runImprovCommand, type ImprovCommandPorts } from './improv-commands.ts';
import { ImprovLink } from './improv-link.ts';
import { ImprovMachine } from './improv-machine.ts';
import { encodeResult, type ImprovPacket } from './improv-packet.ts';
import { improvErrors, improvStates, improvUuids, type ImprovState } from './improv-protocol.ts';

export interface ImprovServiceParts {
  readonly ask: AskGateway;
  readonly clock: Clock;
  /** What is told for the chip: of the machine that this runs on. */
  readonly hardware: string;
}

/** How long the end is on the air, so that whoever looks on sees it. */
const endShownMs = 5_000;

/**
 * Improv Wi-Fi: docs/provisioning-protocol.md, section 6. It is found while the door is open and Improv is switched on,
 * obeys while the gateway lets it in, and is over once a network was joined, until somebody touches the gateway again.
 */
export function createImprovService(parts: ImprovServiceParts): NearbyService {
  return new ImprovService(parts);
}

class ImprovService implements NearbyService {
  readonly service: GattService;
  readonly #parts: ImprovServiceParts;
  readonly #machine = new ImprovMachine();
  readonly #links = new Map<string, ImprovLink>();
  readonly #commands: ImprovCommandPorts;
  readonly #stopDoor: () => void;
  #stopAlarm: () => void = () => undefined;
  #listener: () => void = () => undefined;
  #told: ImprovState = improvStates.authorizationRequired;
  #endShownUntilMs = 0;

  constructor(parts: ImprovServiceParts) {
    this.#parts = parts;
    this.#commands = { ...parts, machine: this.#machine, stateChanged: () => this.#changed() };
    this.service = {
      uuid: improvUuids.service,
      characteristics: this.#characteristics(),
      disconnected: ({ id }) => {
        this.#links.delete(id);
      },
    };
    this.#stopDoor = parts.ask.onDoor(() => this.#doorChanged());
    this.#doorChanged();
  }

  advertisement(): Advertisement | undefined {
    const { ask, clock } = this.#parts;
    const { description, door } = ask;
    const isOver = this.#state === improvStates.provisioned && clock.nowMs() >= this.#endShownUntilMs;
    if (description?.improv !== true || door === undefined || door.state === 'closed' || isOver)
      return undefined;
    return {
      data: improvAdvertisement(this.#state, capabilitiesOf(description)),
      scanResponse: completeName(setupName(description.gatewayId)),
    };
  }

  onAdvertisement(listener: () => void): void {
    this.#listener = listener;
  }

  close(): void {
    this.#stopDoor();
    this.#stopAlarm();
    this.#links.clear();
  }

  get #state(): ImprovState {
    return this.#machine.stateAt(this.#parts.clock.nowMs());
  }

  #characteristics(): GattService['characteristics'] {
    const listen =
      (what: 'state' | 'error' | 'result') => (link: GattLink, send: (value: Uint8Array) => void) =>
        this.#linkOf(link).listen(what, send);
    return [
      {
        uuid: improvUuids.state,
        properties: ['read', 'notify'],
        read: () => Uint8Array.of(this.#state),
        subscribed: listen('state'),
      },
      {
        uuid: improvUuids.error,
        properties: ['read', 'notify'],
        read: (link) => this.#linkOf(link).error,
        subscribed: listen('error'),
      },
      {
        uuid: improvUuids.command,
        properties: ['write', 'writeWithoutResponse'],
        write: (link, value) => {
          this.#take(this.#linkOf(link), value);
          return undefined;
        },
      },
      {
        uuid: improvUuids.result,
        properties: ['read', 'notify'],
        read: (link) => this.#linkOf(link).result,
        subscribed: listen('result'),
      },
      {
        uuid: improvUuids.capabilities,
        properties: ['read'],
        read: () => Uint8Array.of(capabilitiesOf(this.#parts.ask.description)),
      },
    ];
  }

  #linkOf(link: GattLink): ImprovLink {
    const known = this.#links.get(link.id) ?? new ImprovLink(link);
    this.#links.set(link.id, known);
    return known;
  }

  #take(link: ImprovLink, part: Uint8Array): void {
    const packet = link.joiner.add(part, this.#parts.clock.nowMs());
    if (packet === undefined) return;
    if (packet === 'invalid') link.setError(improvErrors.invalidPacket);
    // One at a time: a client waits for the end of one before it asks the next.
    else if (link.isBusy) link.setError(improvErrors.unknown);
    else void this.#run(link, packet);
  }

  async #run(link: ImprovLink, packet: ImprovPacket): Promise<void> {
    link.isBusy = true;
    link.setError(improvErrors.none);
    const outcome = await runImprovCommand(this.#commands, packet, link.resultBytesMax);
    link.isBusy = false;
    if ('error' in outcome) link.setError(outcome.error);
    else if (outcome.texts !== undefined) link.setResult(encodeResult(packet.command, outcome.texts));
  }

  #doorChanged(): void {
    const { door } = this.#parts.ask;
    this.#machine.authorize(door?.improvUntilMs ?? null);
    if (door?.state === 'closed') this.#machine.beginAnew();
    this.#changed();
  }

  /** Tells everybody, and looks again when the time is over. */
  #changed(): void {
    const { clock } = this.#parts;
    const state = this.#state;
    if (state === improvStates.provisioned && this.#told !== state)
      this.#endShownUntilMs = clock.nowMs() + endShownMs;
    if (state !== this.#told) for (const link of this.#links.values()) link.tellState(state);
    this.#told = state;
    this.#stopAlarm();
    const againMs = this.#againAtMs(state) - clock.nowMs();
    if (Number.isFinite(againMs) && againMs > 0)
      this.#stopAlarm = clock.after(againMs, () => this.#changed());
    this.#listener();
  }

  #againAtMs(state: ImprovState): number {
    if (state === improvStates.provisioned) return this.#endShownUntilMs;
    if (state === improvStates.authorized) return this.#machine.authorizedUntilMs ?? Number.POSITIVE_INFINITY;
    return Number.POSITIVE_INFINITY;
  }
}
