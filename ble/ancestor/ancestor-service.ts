import type { Clock } from '../clock.ts';
import type { AskGateway, GatewayDescription } from '../gateway-link/ask-gateway.ts';
import type { NearbyService } from '../nearby-service.ts';
import { completeName, flags, joinStructures, serviceOf } from '../radio/advertising-data.ts';
import type { Advertisement, GattCharacteristic, GattLink, GattService } from '../radio/radio.ts';
import { AncestorGateway } from './ancestor-gateway.ts';
import { AncestorLink } from './ancestor-link.ts';
import { encodeDiagnostics, encodeWifiServices } from './ancestor-messages.ts';
import { ancestorUuids } from './ancestor-uuids.ts';

export interface AncestorServiceParts {
  readonly ask: AskGateway;
  readonly clock: Clock;
}

/** What the ancestor says where it knows nothing. */
const notKnown = 'n/a';
/** Where there is no Ethernet. */
const lastDigitsDefault = 'FFFFFF';

/**
 * The service of the gateway that this one follows, for its apps: docs/provisioning-protocol.md, section 7. It is found
 * and answers while the gateway lets it in, three minutes after somebody touched it.
 */
export function createAncestorService(parts: AncestorServiceParts): NearbyService {
  return new AncestorService(parts);
}

class AncestorService implements NearbyService {
  readonly service: GattService;
  readonly #parts: AncestorServiceParts;
  readonly #gateway: AncestorGateway;
  readonly #links = new Map<string, AncestorLink>();
  readonly #stopDoor: () => void;
  #stopAlarm: () => void = () => undefined;
  #listener: () => void = () => undefined;

  constructor(parts: AncestorServiceParts) {
    this.#parts = parts;
    this.#gateway = new AncestorGateway(parts.ask, parts.clock);
    this.service = {
      uuid: ancestorUuids.service,
      characteristics: [...this.#toldOnes(), ...this.#readOnes()],
      disconnected: ({ id }) => {
        this.#links.delete(id);
      },
    };
    this.#stopDoor = parts.ask.onDoor(() => this.#changed());
    this.#changed();
  }

  advertisement(): Advertisement | undefined {
    const description = this.#gateway.letsIn;
    if (description === undefined) return undefined;
    return {
      data: joinStructures(flags(), serviceOf(ancestorUuids.service)),
      scanResponse: completeName(`Sourceful Gateway ${lastDigits(description)}`),
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

  /** Looks again when the time is over. */
  #changed(): void {
    const { ask, clock } = this.#parts;
    this.#stopAlarm();
    const leftMs = (ask.door?.ancestorUntilMs ?? Number.NEGATIVE_INFINITY) - clock.nowMs();
    if (leftMs > 0) this.#stopAlarm = clock.after(leftMs, () => this.#changed());
    this.#listener();
  }

  #toldOnes(): readonly GattCharacteristic[] {
    const told = (
      uuid: string,
      which: 'connectWifi' | 'removeWifi' | 'addGateway',
      take: (link: AncestorLink, value: Uint8Array) => void,
    ): GattCharacteristic => ({
      uuid,
      properties: ['read', 'write', 'indicate'],
      read: (link) => this.#linkOf(link)[which].value,
      write: (link, value) => {
        take(this.#linkOf(link), value);
        return undefined;
      },
      subscribed: (link, send) => this.#linkOf(link)[which].listen(send),
    });
    return [
      told(ancestorUuids.connectWifi, 'connectWifi', (link, value) => void link.connect(value)),
      told(ancestorUuids.removeWifi, 'removeWifi', (link, value) => void link.remove(value)),
      told(ancestorUuids.addGateway, 'addGateway', (link) => link.refuseToAdd()),
      {
        uuid: ancestorUuids.request,
        properties: ['write', 'writeWithoutResponse'],
        write: (link, value) => {
          void this.#linkOf(link).request(value);
          return undefined;
        },
      },
      {
        uuid: ancestorUuids.response,
        properties: ['read', 'notify', 'indicate'],
        read: (link) => this.#linkOf(link).response.value,
        subscribed: (link, send) => this.#linkOf(link).response.listen(send),
      },
    ];
  }

  #readOnes(): readonly GattCharacteristic[] {
    const gateway = this.#gateway;
    const key = ({ compactKey }: GatewayDescription): string => compactKey ?? notKnown;
    return [
      this.#readOne(ancestorUuids.onboardingKey, key),
      this.#readOne(ancestorUuids.publicKey, key),
      this.#readOne(
        ancestorUuids.wifiServices,
        async () => encodeWifiServices(await gateway.networkNames()),
        '',
      ),
      this.#readOne(
        ancestorUuids.diagnostics,
        async (description) => await diagnose(gateway, description),
        '',
      ),
      this.#readOne(ancestorUuids.wifiMac, () => notKnown),
      this.#readOne(ancestorUuids.lights, () => notKnown),
      this.#readOne(ancestorUuids.wifiSsid, async () => (await gateway.networkFacts()).ssid ?? ''),
      this.#readOne(ancestorUuids.ethernetOnline, async () =>
        String((await gateway.networkFacts()).ethernetAddress !== null),
      ),
    ];
  }

  /** `otherwise` for whoever is not let in, and where the gateway does not say. */
  #readOne(
    uuid: string,
    value: (description: GatewayDescription) => string | Uint8Array | Promise<string | Uint8Array>,
    otherwise = notKnown,
  ): GattCharacteristic {
    const read = async (): Promise<Uint8Array> => {
      const description = this.#gateway.letsIn;
      const answer = description === undefined ? otherwise : await value(description);
      return typeof answer === 'string' ? new TextEncoder().encode(answer) : answer;
    };
    return {
      uuid,
      properties: ['read'],
      read: async () => await read().catch(() => new TextEncoder().encode(otherwise)),
    };
  }

  #linkOf(link: GattLink): AncestorLink {
    const { clock } = this.#parts;
    const known = this.#links.get(link.id) ?? new AncestorLink(link, this.#gateway, clock);
    this.#links.set(link.id, known);
    return known;
  }
}

/** Names with their colons and blanks, as the apps look for them. Nobody pays for anything here. */
async function diagnose(gateway: AncestorGateway, description: GatewayDescription): Promise<Uint8Array> {
  const { ssid, ethernetAddress, wifiAddress } = await gateway.networkFacts();
  return encodeDiagnostics({
    'Name:': description.name,
    'Payer: ': '',
    'Payer Addr: ': '',
    'PubKey: ': description.compactKey ?? notKnown,
    'Eth IP: ': ethernetAddress ?? notKnown,
    'Eth Mac: ': description.macs.ethernet?.toUpperCase() ?? notKnown,
    'WiFi SSID: ': ssid ?? '',
    'WiFi IP: ': wifiAddress ?? notKnown,
    'WiFi Mac: ': description.macs.wifi?.toUpperCase() ?? notKnown,
  });
}

function lastDigits({ macs }: GatewayDescription): string {
  const digits = macs.ethernet?.replaceAll(':', '').slice(-6).toUpperCase() ?? '';
  return digits === '' ? lastDigitsDefault : digits;
}
