import type { EventEmitter } from 'node:events';
import { hostname } from 'node:os';
import type Bonjour from 'bonjour-service';
import { monotonicMs, type Alarm, type Cancel, type Clock } from '../core/clock.ts';
import { describeError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { Logger } from '../core/logger.ts';
import type {
  AdvertisedService,
  FoundService,
  ServiceDiscovery,
  StopAdvertising,
} from '../core/service-discovery.ts';
import { readFoundService } from './found-service.ts';
import { pause } from './pause.ts';

interface Ports {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly logger: Logger;
  /** The IPv4 addresses whose networks are spoken to, as they are now. */
  readonly addresses: () => readonly string[];
  /** 5353 (RFC 6762) unless told otherwise. */
  readonly port?: number;
  readonly loadPackage?: () => Promise<{ readonly default: typeof Bonjour }>;
}

const networksMax = 8;
/** How often networks that have come and gone are looked for. */
const refreshMs = 30_000;
/** How long others are listened to before a name is taken. */
const nameCheckMs = 1_000;
const goodbyeMsMax = 500;
/** Of a name in the DNS (RFC 1035, 2.3.4). */
const nameBytesMax = 63;

/**
 * Multicast DNS on this machine's networks, each by a socket of its own, which are open only as long as they are
 * used. The package is loaded then; it is an optional dependency. What fails is a line in the log, and nothing is found.
 */
export function createRealServiceDiscovery(ports: Ports): ServiceDiscovery {
  const browse: ServiceDiscovery['browse'] = async (types, forMs, signal) => {
    const open = await loadResponder(ports);
    if (open === undefined || signal.aborted) return [];
    const responders = [...ownAddresses(ports)].flatMap((address) => open(address) ?? []);
    try {
      return await listen(responders, types, async (part) => await pause(ports, forMs * part, signal));
    } finally {
      for (const responder of responders) responder.destroy();
    }
  };
  return {
    browse,
    advertise: (service) => new Advertisement(ports, service, browse).start(),
  };
}

/** Asks twice: an answer, or the question, may be lost (RFC 6762, 5.2). */
async function listen(
  responders: readonly Bonjour[],
  types: readonly string[],
  wait: (part: number) => Promise<void>,
): Promise<readonly FoundService[]> {
  const found = new Map<string, FoundService>();
  const browsers = responders.flatMap((responder) =>
    types.map((type) =>
      responder.find(splitType(type), (announced) => {
        for (const service of readFoundService(type, announced)) {
          if (found.size < limits.foundServicesMax)
            found.set(`${service.address}:${service.port} ${type} ${service.name}`, service);
        }
      }),
    ),
  );
  await wait(1 / 3);
  for (const browser of browsers) browser.update();
  await wait(2 / 3);
  for (const browser of browsers) browser.stop();
  return [...found.values()];
}

class Advertisement {
  readonly #ports: Ports;
  readonly #service: AdvertisedService;
  readonly #browse: ServiceDiscovery['browse'];
  readonly #stopping = new AbortController();
  /** By the address of the network they speak to. */
  readonly #responders = new Map<string, Bonjour>();
  #cancelRefresh: Cancel = () => undefined;

  constructor(ports: Ports, service: AdvertisedService, browse: ServiceDiscovery['browse']) {
    this.#ports = ports;
    this.#service = service;
    this.#browse = browse;
  }

  start(): StopAdvertising {
    const started = this.#announce();
    return async () => {
      this.#stopping.abort();
      this.#cancelRefresh();
      await started;
      const leaving = [...this.#responders.values()];
      this.#responders.clear();
      await Promise.all(leaving.map(async (responder) => await sayGoodbye(this.#ports, responder)));
    };
  }

  async #announce(): Promise<void> {
    const open = await loadResponder(this.#ports);
    if (open === undefined) return;
    const name = await this.#freeName();
    if (!this.#stopping.signal.aborted) this.#refresh(open, name);
  }

  async #freeName(): Promise<string> {
    const own = ownAddresses(this.#ports);
    const found = await this.#browse([this.#service.type], nameCheckMs, this.#stopping.signal);
    const taken = new Set(found.filter(({ address }) => !own.has(address)).map(({ name }) => name));
    let name = labelOf(this.#service.name);
    for (let number = 2; taken.has(name); number += 1) name = labelOf(this.#service.name, ` (${number})`);
    return name;
  }

  #refresh(open: OpenResponder, name: string): void {
    const { clock, alarm } = this.#ports;
    const { host } = this.#service;
    const own = ownAddresses(this.#ports);
    const wanted = own.has(host) ? new Set([host]) : own;
    for (const [address, responder] of this.#responders) {
      if (wanted.has(address)) continue;
      responder.destroy();
      this.#responders.delete(address);
    }
    for (const address of wanted)
      if (!this.#responders.has(address)) this.#publish(open(address), address, name);
    const nextMs = monotonicMs(clock.monotonic() + refreshMs);
    this.#cancelRefresh = alarm.at(nextMs, () => this.#refresh(open, name));
  }

  #publish(responder: Bonjour | undefined, address: string, name: string): void {
    if (responder === undefined) return;
    this.#responders.set(address, responder);
    const { type, port, txt } = this.#service;
    const [label] = hostname().split('.');
    // The package's own probe prints to the console when the name is taken.
    responder.publish({ name, ...splitType(type), port, txt, host: `${label}.local`, probe: false });
  }
}

type OpenResponder = (address: string) => Bonjour | undefined;

async function loadResponder(ports: Ports): Promise<OpenResponder | undefined> {
  const { logger, port = 5353, loadPackage = async () => await import('bonjour-service') } = ports;
  const log = (error: unknown): void =>
    logger.debug({ error }, `multicast DNS does not work: ${describeError(error)}`);
  try {
    const { default: Responder } = await loadPackage();
    return (address) => openResponder(Responder, { address, port, log });
  } catch (error) {
    const hint = 'run npm ci without --omit=optional';
    logger.debug({ error }, `bonjour-service is not installed, so nobody in the network is heard: ${hint}`);
    return undefined;
  }
}

function openResponder(
  Responder: typeof Bonjour,
  { address, port, log }: { address: string; port: number; log: (error: unknown) => void },
): Bonjour | undefined {
  try {
    // These go on to multicast-dns; the types only know those of a service.
    const options = { interface: address, bind: '0.0.0.0', port };
    const responder = new Responder(options, log);
    // Errors of its socket, which the package leaves unheard, would end the process.
    const { server } = responder as unknown as { readonly server: { readonly mdns: EventEmitter } };
    server.mdns.on('error', log).on('warning', log);
    return responder;
  } catch (error) {
    log(error);
    return undefined;
  }
}

async function sayGoodbye(ports: Ports, responder: Bonjour): Promise<void> {
  const said = new AbortController();
  responder.unpublishAll(() => said.abort());
  await pause(ports, goodbyeMsMax, said.signal);
  responder.destroy();
}

function ownAddresses({ addresses }: Ports): ReadonlySet<string> {
  return new Set(addresses().slice(0, networksMax));
}

/** `_egw._tcp` as the package wants it. */
function splitType(type: string): { readonly type: string; readonly protocol: 'tcp' | 'udp' } {
  const [name = '', protocol] = type.split('.');
  return { type: name.replace(/^_/, ''), protocol: protocol === '_udp' ? 'udp' : 'tcp' };
}

/** A name as one label: without dots, which the package cannot escape, and not too long. */
function labelOf(name: string, ending = ''): string {
  const letters = Array.from(name.replaceAll('.', '-'));
  while (Buffer.byteLength(letters.join('') + ending) > nameBytesMax) letters.pop();
  return letters.join('') + ending;
}
