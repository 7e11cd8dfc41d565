import { dsmrTelegram } from './dsmr-telegrams.ts';
import { homewizardMeasurement, type MeasurementOptions } from './homewizard-measurement.ts';
import { answerV1, type SocketState } from './homewizard-v1.ts';
import { answerV2 } from './homewizard-v2.ts';
import { p1Readings } from './p1-readings.ts';
import { jsonAnswer } from './service.ts';
import type { ServiceAnswer, ServiceRequest, SimulatedService } from './service.ts';

export interface HomewizardOptions extends MeasurementOptions {
  /** 12 hex digits. */
  readonly serial?: string;
  /** Whether its owner has switched on API v1 in the app. Default true. */
  readonly isV1Enabled?: boolean;
}

const names = {
  'HWE-P1': 'P1 Meter',
  'HWE-SKT': 'Energy Socket',
  'HWE-KWH1': 'kWh Meter 1-phase',
  'HWE-KWH3': 'kWh Meter 3-phase',
  'HWE-WTR': 'Watermeter',
  'HWE-BAT': 'Plug-In Battery',
} as const;

/** A HomeWizard device in the simulated home, with its API v1 and v2. */
export class HomewizardService implements SimulatedService {
  readonly id = 'homewizard-p1';
  /** Tokens that it gave, by the name of whom. */
  readonly users = new Map<string, string>();
  readonly socket: SocketState = { power_on: true, switch_lock: false, brightness: 255 };
  isV1Enabled: boolean;
  /** Whether its cable is in the meter: it says only its radio when not. */
  isPlugged = true;
  readonly #options: HomewizardOptions;
  readonly #serial: string;
  readonly #system = { cloud_enabled: true };
  readonly #systemV2: Record<string, unknown> = {
    wifi_ssid: 'home',
    wifi_rssi_db: -58,
    cloud_enabled: true,
    uptime_s: 356,
    status_led_brightness_pct: 100,
    api_v1_enabled: true,
  };
  readonly #batteries: Record<string, unknown> = {
    mode: 'zero',
    permissions: ['charge_allowed', 'discharge_allowed'],
    charge_to_full: false,
    battery_count: 2,
    power_w: -404,
    target_power_w: -400,
    max_consumption_w: 1600,
    max_production_w: 800,
  };
  #pressedMs = -Infinity;

  constructor(options: HomewizardOptions) {
    this.#options = options;
    this.#serial = options.serial ?? '5c2faf0a1b2c';
    this.isV1Enabled = options.isV1Enabled ?? true;
  }

  /** For 30 s from now on it gives tokens. */
  pressButton(nowMs: number): void {
    this.#pressedMs = nowMs;
  }

  handle(request: ServiceRequest, nowMs: number): ServiceAnswer {
    if (request.headers['x-api-version'] !== undefined) return answerV2(this.#asV2(nowMs), request, nowMs);
    const { pathname } = new URL(request.url, 'http://service');
    if (pathname === '/api' && request.method === 'GET') return jsonAnswer(200, this.#about('5.18', 'v1'));
    if (!pathname.startsWith('/api/v1/')) return { status: 404, body: '' };
    return answerV1(this.#asV1(nowMs), request, pathname.slice('/api/v1'.length));
  }

  #about(firmware: string, api: string): Readonly<Record<string, string>> {
    const { product } = this.#options;
    return {
      product_type: product,
      product_name: names[product],
      serial: this.#serial,
      firmware_version: firmware,
      api_version: api,
    };
  }

  #asV1(nowMs: number) {
    const radio = { wifi_ssid: 'home', wifi_strength: 76 };
    return {
      isEnabled: this.isV1Enabled,
      isSocket: this.#options.product === 'HWE-SKT',
      measured: () => ({ ...radio, ...this.#measured(nowMs) }),
      telegram: () => this.#telegram(nowMs),
      socket: this.socket,
      system: this.#system,
    };
  }

  #asV2(nowMs: number) {
    return {
      serial: this.#serial,
      about: () => this.#about('6.01', '2.0.0'),
      measured: () => this.#measured(nowMs),
      telegram: () => this.#telegram(nowMs),
      system: this.#systemV2,
      batteries: this.#options.product === 'HWE-P1' ? this.#batteries : undefined,
      pressedMs: this.#pressedMs,
      users: this.users,
    };
  }

  #measured(nowMs: number): Readonly<Record<string, unknown>> {
    return this.isPlugged ? homewizardMeasurement(this.#options, nowMs) : {};
  }

  #telegram(nowMs: number): string | undefined {
    const { home, product, zone } = this.#options;
    if (product !== 'HWE-P1' || !this.isPlugged) return undefined;
    return dsmrTelegram(p1Readings(home, nowMs), { variant: 'nl-5', zone });
  }
}
