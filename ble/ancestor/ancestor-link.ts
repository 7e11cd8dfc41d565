import type { Clock } from '../clock.ts';
import { joinWaitMsMax } from '../gateway-link/join-network.ts';
import type { GattLink } from '../radio/radio.ts';
import type { AncestorGateway } from './ancestor-gateway.ts';
import { decodeWifiConnect, decodeWifiRemove } from './ancestor-messages.ts';
import { EgwttpDesk } from './egwttp-desk.ts';
import { ToldValue } from './told-value.ts';

/** The words of the ancestor, and of the hotspots that its service is taken from. */
const words = { connecting: 'connecting', connected: 'connected', done: 'done', error: 'error' } as const;

/** What is kept for one phone, and goes with it. */
export class AncestorLink {
  readonly connectWifi: ToldValue;
  readonly removeWifi: ToldValue;
  readonly addGateway: ToldValue;
  readonly response: ToldValue;
  readonly #gateway: AncestorGateway;
  readonly #desk: EgwttpDesk;
  #isJoining = false;

  constructor(link: GattLink, gateway: AncestorGateway, clock: Clock) {
    this.#gateway = gateway;
    this.#desk = new EgwttpDesk(gateway, clock);
    this.connectWifi = new ToldValue(link, '');
    this.removeWifi = new ToldValue(link, '');
    this.addGateway = new ToldValue(link, '');
    this.response = new ToldValue(link, '');
  }

  /** Never rejects, like all of these. One network at a time. */
  async connect(message: Uint8Array): Promise<void> {
    if (this.#isJoining) return;
    const wish = this.#gateway.letsIn && decodeWifiConnect(message);
    if (wish === undefined) {
      this.connectWifi.tell(words.error);
      return;
    }
    this.#isJoining = true;
    this.connectWifi.tell(words.connecting);
    const outcome = await this.#gateway.join(wish, joinWaitMsMax);
    this.#isJoining = false;
    this.connectWifi.tell(outcome.ok ? words.connected : words.error);
  }

  /** Leaves the network that is named, when it is the one that is joined: no other is kept for the phone to remove. */
  async remove(message: Uint8Array): Promise<void> {
    try {
      const ssid = this.#gateway.letsIn && decodeWifiRemove(message);
      const isJoined = ssid !== undefined && (await this.#gateway.networkFacts()).ssid === ssid;
      if (isJoined) await this.#gateway.leave();
      this.removeWifi.tell(isJoined ? words.done : words.error);
    } catch {
      this.removeWifi.tell(words.error);
    }
  }

  /** There is no chain to add a gateway to, and an app that asks is told so. */
  refuseToAdd(): void {
    this.addGateway.tell('not supported');
  }

  async request(bytes: Uint8Array): Promise<void> {
    const part = await this.#desk.take(bytes);
    if (part !== undefined) this.response.tell(part);
  }
}
