import { decodeFacts, type GatewayFacts } from '../client/gateway-facts.ts';
import { readNetworks, readStatus } from '../client/gateway-status.ts';
import { joinNetwork } from '../client/join-network.ts';
import { textIn } from '../client/session-messages.ts';
import { SetupClient } from '../client/setup-client.ts';
import { SetupError } from '../client/setup-error.ts';
import { gatewayIdOf, type SetupLabel } from '../client/setup-label.ts';
import type { Clock } from '../clock.ts';
import { CentralError, type Central, type FoundGateway } from './central.ts';

/** What to do, beside looking for gateways. */
export interface TestWish {
  /** Without it, gateways are shown, and none is spoken with. */
  readonly label?: SetupLabel;
  /** The gateway id, or how it begins, where several are in reach. */
  readonly gateway?: string;
  readonly network?: { readonly ssid: string; readonly password?: string; readonly isHidden: boolean };
  /** A token of this name is asked for. */
  readonly pairAs?: string;
}

export interface NearbyGateway {
  readonly gatewayId: string;
  readonly signalDbm: number;
  /** `unreachable`: it was heard, but could not be linked to. */
  readonly state: GatewayFacts['door'] | 'unreachable';
  readonly triesLeft: number;
}

export interface TestStep {
  readonly step: string;
  readonly tookMs: number;
  /** What it came to, for people. */
  readonly told: string;
}

export interface TestReport {
  readonly gateways: readonly NearbyGateway[];
  readonly steps: readonly TestStep[];
  /** What `pairAs` has brought. */
  readonly token?: string;
  /** Where it stopped. */
  readonly problem?: { readonly code: string; readonly message: string; readonly hint: string };
}

export interface TestParts {
  openCentral(): Promise<Central>;
  readonly clock: Clock;
  /** Each step as it ends. */
  told(step: TestStep): void;
}

const lookMs = 6_000;
/** With a name known, the look is over when it was heard. */
const enoughMs = 500;

/**
 * Looks for gateways, and sets one up as a phone would: finds, links, proves, asks, joins a network and pairs, as far as
 * it is wished. Never rejects: what went wrong is the report's `problem`.
 */
export async function runProvisionTest(parts: TestParts, wish: TestWish): Promise<TestReport> {
  const run = new ProvisionTest(parts, wish);
  try {
    await run.all();
    return run.report();
  } catch (error) {
    return { ...run.report(), problem: problemOf(error) };
  } finally {
    await run.close();
  }
}

class ProvisionTest {
  readonly #parts: TestParts;
  readonly #wish: TestWish;
  readonly #steps: TestStep[] = [];
  #gateways: readonly NearbyGateway[] = [];
  #token: string | undefined;
  #central: Central | undefined;
  #client: SetupClient | undefined;

  constructor(parts: TestParts, wish: TestWish) {
    this.#parts = parts;
    this.#wish = wish;
  }

  report(): TestReport {
    return {
      gateways: this.#gateways,
      steps: this.#steps,
      ...(this.#token === undefined ? {} : { token: this.#token }),
    };
  }

  async close(): Promise<void> {
    await this.#client?.close();
    await this.#central?.close();
  }

  async all(): Promise<void> {
    const central = await this.#step(
      'radio',
      () => this.#parts.openCentral(),
      () => 'the adapter is on',
    );
    this.#central = central;
    const heard = await this.#step('look', () => this.#look(central), heardText);
    this.#gateways = await this.#step('facts', () => this.#askAll(central, heard), nearbyText);
    const { label } = this.#wish;
    if (label === undefined) {
      if (heard.length === 0) throw nobody();
      return;
    }
    const client = this.#clientOf(central, this.#choose(heard), label);
    await this.#step(
      'prove',
      () => client.open(),
      () => provenText(client.fingerprint, label),
    );
    await this.#ask(client);
    await this.#setUp(client);
  }

  async #ask(client: SetupClient): Promise<void> {
    await this.#step(
      'info',
      () => client.call('info'),
      (info) => `${textIn(info, 'name') ?? ''} ${textIn(info, 'version') ?? ''}`.trim(),
    );
    const status = await this.#step(
      'status',
      async () => readStatus(await client.call('status')),
      ({ joinedSsid, internet }) =>
        `${joinedSsid === undefined ? 'no wireless network' : `joined ${joinedSsid}`}, internet ${internet}`,
    );
    if (!status.hasWireless) return;
    await this.#step(
      'scan',
      async () => readNetworks(await client.call('scan')),
      (networks) => networks.map(({ ssid, signalPct }) => `${ssid} ${signalPct} %`).join(', '),
    );
  }

  async #setUp(client: SetupClient): Promise<void> {
    const { network, pairAs } = this.#wish;
    if (network !== undefined) {
      const { ssid, password, isHidden } = network;
      const end = await this.#step(
        'join',
        () => joinNetwork(client, this.#parts.clock, { ssid, password, isHidden }, () => undefined),
        ({ stage, message }) => message ?? `${stage} ${ssid}`,
      );
      if (end.stage === 'failed') throw joiningFailed(end);
    }
    if (pairAs !== undefined) {
      const answer = await this.#step(
        'pair',
        () => client.call('pair-key', { label: pairAs }),
        () => `as ${pairAs}`,
      );
      this.#token = textIn(answer, 'token');
    }
  }

  /** All that are heard; over early when the one that is looked for was. */
  async #look(central: Central): Promise<readonly FoundGateway[]> {
    const { clock } = this.#parts;
    const heard = new Map<string, FoundGateway>();
    let isOver: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (isOver = resolve));
    const callOff = clock.after(lookMs, isOver);
    let callOffEarly: (() => void) | undefined;
    const stop = await central.find((gateway) => {
      heard.set(gateway.address, gateway);
      if (this.#isWanted(gateway)) callOffEarly ??= clock.after(enoughMs, isOver);
    });
    await over;
    callOff();
    callOffEarly?.();
    await stop();
    return [...heard.values()].filter(({ name }) => name !== '');
  }

  async #askAll(central: Central, heard: readonly FoundGateway[]): Promise<readonly NearbyGateway[]> {
    const asked: NearbyGateway[] = [];
    for (const { address, name, signalDbm } of heard) {
      try {
        const link = await central.connect(address);
        const { gatewayId, door, triesLeft } = decodeFacts(await link.readFacts());
        await link.close();
        asked.push({ gatewayId, signalDbm, state: door, triesLeft });
      } catch {
        asked.push({ gatewayId: idOfName(name), signalDbm, state: 'unreachable', triesLeft: 0 });
      }
    }
    return asked;
  }

  #choose(heard: readonly FoundGateway[]): FoundGateway {
    const wanted = this.#wantedId() === undefined ? heard : heard.filter((one) => this.#isWanted(one));
    const [only, another] = wanted;
    if (only === undefined) throw nobody();
    if (another !== undefined) throw several(wanted);
    return only;
  }

  #isWanted({ name }: FoundGateway): boolean {
    const wanted = this.#wantedId();
    const id = idOfName(name);
    return wanted !== undefined && id !== '' && (wanted.startsWith(id) || id.startsWith(wanted));
  }

  #wantedId(): string | undefined {
    const { gateway, label } = this.#wish;
    if (gateway !== undefined) return gateway.toLowerCase();
    return label?.fingerprint === undefined ? undefined : gatewayIdOf(label.fingerprint);
  }

  #clientOf(central: Central, { address }: FoundGateway, label: SetupLabel): SetupClient {
    const { clock } = this.#parts;
    this.#client = new SetupClient({ connect: () => central.connect(address), label, clock });
    return this.#client;
  }

  async #step<T>(step: string, run: () => Promise<T>, words: (outcome: T) => string): Promise<T> {
    const { clock } = this.#parts;
    const fromMs = clock.nowMs();
    const note = (text: string): void => {
      const done: TestStep = { step, tookMs: Math.round(clock.nowMs() - fromMs), told: text };
      this.#steps.push(done);
      this.#parts.told(done);
    };
    try {
      const outcome = await run();
      note(words(outcome));
      return outcome;
    } catch (error) {
      note(problemOf(error).message);
      throw error;
    }
  }
}

/** Eight characters of the id, in small letters. */
function idOfName(name: string): string {
  return name.replace(/^eGW /, '').toLowerCase();
}

/** 127 is what a controller says that does not know (Bluetooth Core 5.4, Vol 4, Part E, 7.7.65.2). */
function signalText(signalDbm: number): string {
  return signalDbm === 127 ? 'signal unknown' : `${signalDbm} dBm`;
}

function heardText(heard: readonly FoundGateway[]): string {
  if (heard.length === 0) return 'no gateway was heard';
  return heard.map(({ name, signalDbm }) => `${name} ${signalText(signalDbm)}`).join(', ');
}

function nearbyText(gateways: readonly NearbyGateway[]): string {
  return gateways.map(({ gatewayId, state }) => `${gatewayId} ${state}`).join(', ');
}

function provenText(fingerprint: string | undefined, label: SetupLabel): string {
  if (fingerprint === undefined) return 'the code is right; this gateway has no key of its own';
  const compared =
    label.fingerprint === undefined ? 'its key is not on what was typed' : 'its key is that of the label';
  return `the code is right; ${compared}`;
}

function problemOf(error: unknown): {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
} {
  if (error instanceof SetupError || error instanceof CentralError) {
    const { code, message, hint } = error;
    return { code, message, hint };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal_error', message, hint: 'This is a fault of egw: please report it.' };
}

function nobody(): CentralError {
  return new CentralError(
    'out_of_reach',
    'No gateway that can be set up was heard.',
    'Go closer; touch it, if somebody owns it: hold its button for 3 s, or run egw provision open.',
  );
}

function several(heard: readonly FoundGateway[]): CentralError {
  return new CentralError(
    'out_of_reach',
    `Several gateways are in reach: ${heard.map(({ name }) => name).join(', ')}.`,
    'Say which: --gateway, and the letters that its name has.',
  );
}

function joiningFailed({
  failure,
  message,
  hint,
}: {
  failure: string | undefined;
  message: string | undefined;
  hint: string | undefined;
}): SetupError {
  return new SetupError({
    code: failure ?? 'wifi_failed',
    message: message ?? 'The gateway could not join the network.',
    hint: hint ?? 'Try again.',
    isRetryable: true,
  });
}
