import { GatewayError } from '../gateway/core/errors.ts';
import { monotonicMs, type Alarm, type Clock } from '../gateway/core/clock.ts';
import { ssidText } from '../gateway/core/ssid-text.ts';
import type {
  InternetReach,
  JoiningEnd,
  JoiningFailure,
  JoiningStep,
  WirelessNetwork,
  WirelessNetworks,
  WirelessSecurity,
  WirelessState,
  WirelessWish,
} from '../gateway/core/wireless.ts';

/**
 * How a simulated network treats those who come with the right password: `accepts`; `no-dhcp` gives no address;
 * `vanishes` is seen, and gone when it is joined; `drops` loses them at once; `silent` never answers;
 * `captive-portal` and `offline` let them in, but not out.
 */
export type SimulatedTreatment =
  'accepts' | 'captive-portal' | 'drops' | 'no-dhcp' | 'offline' | 'silent' | 'vanishes';

export interface SimulatedNetwork {
  readonly ssid: string | Uint8Array;
  /** `wpa-psk` unless said. */
  readonly security?: WirelessSecurity;
  readonly password?: string;
  /** 70 unless said. */
  readonly signalPct?: number;
  readonly isHidden?: boolean;
  /** `accepts` unless said. */
  readonly treatment?: SimulatedTreatment;
}

export interface SimulatedWirelessParts {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly networks: readonly SimulatedNetwork[];
  /** Of each step of joining, and half of a scan. 400 unless said. */
  readonly stepMs?: number;
  readonly radio?: WirelessState['radio'];
}

interface Profile {
  readonly ssid: Uint8Array;
  readonly password: string | undefined;
}

class Refused extends GatewayError {
  readonly failure: JoiningFailure;

  constructor(failure: JoiningFailure, detail: string) {
    super(failure, detail);
    this.failure = failure;
  }
}

const reaches: Partial<Record<SimulatedTreatment, InternetReach>> = {
  'captive-portal': 'captive-portal',
  offline: 'limited',
};

/** A radio and the networks around it, which do the same each time that the same is asked of them. */
export class SimulatedWireless implements WirelessNetworks {
  readonly #parts: SimulatedWirelessParts;
  readonly #profiles: Profile[] = [];
  readonly #stepMs: number;
  #networks: readonly SimulatedNetwork[];
  #joined: SimulatedNetwork | undefined;
  #isJoining = false;
  /** As `rfkill` or a person has left it. */
  radio: WirelessState['radio'];

  constructor(parts: SimulatedWirelessParts) {
    this.#parts = parts;
    this.#networks = parts.networks;
    this.#stepMs = parts.stepMs ?? 400;
    this.radio = parts.radio ?? 'on';
  }

  /** What it keeps to join again: for tests. */
  get profiles(): readonly Profile[] {
    return this.#profiles;
  }

  /** Other networks around from now on; one that is gone is lost. */
  setNetworks(networks: readonly SimulatedNetwork[]): void {
    this.#networks = networks;
    const joined = this.#joined;
    if (joined === undefined) return;
    this.#joined = networks.find((network) => isSame(bytesOf(network), bytesOf(joined)));
  }

  state(): Promise<WirelessState> {
    const joined = this.radio === 'on' ? this.#joined : undefined;
    if (joined === undefined) return Promise.resolve({ radio: this.radio, joined: null, internet: 'none' });
    const internet = reaches[joined.treatment ?? 'accepts'] ?? 'online';
    const ssid = ssidText(bytesOf(joined));
    const own = { ssid, signalPct: signalOf(joined), addresses: ['192.168.43.51/24'] };
    return Promise.resolve({ radio: this.radio, joined: own, internet });
  }

  async scan(signal: AbortSignal): Promise<readonly WirelessNetwork[]> {
    this.#refuseWithoutRadio();
    await this.#wait(2 * this.#stepMs, signal);
    return this.#networks
      .filter(({ isHidden }) => isHidden !== true)
      .map((network) => this.#describe(network))
      .sort((one, other) => other.signalPct - one.signalPct);
  }

  async join(
    wish: WirelessWish,
    told: (step: JoiningStep) => void,
    signal: AbortSignal,
  ): Promise<JoiningEnd> {
    this.#refuseWithoutRadio();
    if (this.#isJoining) throw new GatewayError('wifi_busy', 'another network is being joined');
    this.#isJoining = true;
    const before = this.#joined;
    try {
      await this.#joinBy(wish, told, signal);
      return { ok: true, state: await this.state() };
    } catch (error) {
      const failure = error instanceof Refused ? error.failure : failureOfSignal(signal);
      const detail = error instanceof GatewayError ? error.message : String(error);
      this.#joined = before !== undefined && this.#networks.includes(before) ? before : undefined;
      const rolledBackTo = this.#joined === undefined ? null : ssidText(bytesOf(this.#joined));
      return { ok: false, failure, detail, rolledBackTo };
    } finally {
      this.#isJoining = false;
    }
  }

  leave(): Promise<void> {
    if (this.radio !== 'on' || this.#joined === undefined) {
      const error = new GatewayError('not_found', 'no wireless network is joined');
      return Promise.reject(error);
    }
    this.#joined = undefined;
    return Promise.resolve();
  }

  forgetAll(): Promise<void> {
    const joined = this.#joined;
    if (joined !== undefined && this.#profileOf(bytesOf(joined)) !== undefined) this.#joined = undefined;
    this.#profiles.length = 0;
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #joinBy(wish: WirelessWish, told: (step: JoiningStep) => void, signal: AbortSignal): Promise<void> {
    const network = this.#networks.find(
      (each) => isSame(bytesOf(each), wish.ssidBytes) && (each.isHidden !== true || wish.isHidden),
    );
    refuseUnsupported(network, wish);
    this.#joined = undefined;
    told('associating');
    await this.#wait(this.#stepMs, signal);
    const treatment = network?.treatment ?? 'accepts';
    if (network === undefined || treatment === 'vanishes')
      throw new Refused('wifi_network_not_found', 'no access point answers');
    if (treatment === 'silent') await this.#wait(3_600_000, signal);
    told('authenticating');
    await this.#wait(this.#stepMs, signal);
    const password = wish.password ?? this.#profileOf(wish.ssidBytes)?.password;
    if (network.password !== password) throw new Refused('wifi_password_wrong', 'the handshake failed');
    told('address');
    await this.#wait(this.#stepMs, signal);
    if (treatment === 'no-dhcp') throw new Refused('wifi_no_address', 'DHCP gave no lease');
    if (treatment === 'drops') throw new Refused('wifi_lost', 'the link was lost');
    told('checking');
    await this.#wait(this.#stepMs, signal);
    this.#keep({ ssid: wish.ssidBytes, password });
    this.#joined = network;
  }

  #keep(profile: Profile): void {
    const index = this.#profiles.findIndex(({ ssid }) => isSame(ssid, profile.ssid));
    this.#profiles.splice(index < 0 ? this.#profiles.length : index, 1, profile);
  }

  #profileOf(ssidBytes: Uint8Array): Profile | undefined {
    return this.#profiles.find(({ ssid }) => isSame(ssid, ssidBytes));
  }

  #describe(network: SimulatedNetwork): WirelessNetwork {
    const ssidBytes = bytesOf(network);
    return {
      ssid: ssidText(ssidBytes),
      ssidBytes,
      signalPct: signalOf(network),
      security: network.security ?? 'wpa-psk',
      isKnown: this.#profileOf(ssidBytes) !== undefined,
      isJoined: network === this.#joined,
    };
  }

  #refuseWithoutRadio(): void {
    if (this.radio === 'on') return;
    const why =
      this.radio === 'off' ? 'the Wi-Fi of this machine is switched off' : 'there is no Wi-Fi adapter';
    throw new GatewayError('wifi_missing', why, { hint: 'plug an adapter in, or switch it on' });
  }

  async #wait(forMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { clock, alarm } = this.#parts;
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const abort = (): void => reject(signal.reason as GatewayError);
    signal.addEventListener('abort', abort, { once: true });
    const cancel = alarm.at(monotonicMs(clock.monotonic() + forMs), () => resolve(undefined));
    try {
      await promise;
    } finally {
      cancel();
      signal.removeEventListener('abort', abort);
    }
  }
}

function refuseUnsupported(network: SimulatedNetwork | undefined, { password }: WirelessWish): void {
  const security = network?.security ?? 'wpa-psk';
  if (security === 'wep' || security === 'wpa-eap' || security === 'unknown')
    throw new Refused('wifi_security_unsupported', `it is kept by ${security}`);
  const isOpen = network !== undefined && network.password === undefined;
  if (isOpen && password !== undefined) throw new Refused('wifi_failed', 'it takes no password');
}

function failureOfSignal(signal: AbortSignal): JoiningFailure {
  const reason: unknown = signal.reason;
  return reason instanceof GatewayError && reason.code === 'wifi_timeout' ? 'wifi_timeout' : 'wifi_failed';
}

function bytesOf({ ssid }: SimulatedNetwork): Uint8Array {
  return typeof ssid === 'string' ? new TextEncoder().encode(ssid) : ssid;
}

function signalOf({ signalPct }: SimulatedNetwork): number {
  return signalPct ?? 70;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
