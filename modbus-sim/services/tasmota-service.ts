import { jsonAnswer } from './service.ts';
import type { ServiceAnswer, ServiceRequest, SimulatedService } from './service.ts';
import { tasmotaStatus } from './tasmota-status.ts';
import type { TasmotaState } from './tasmota-status.ts';

export interface TasmotaOptions {
  readonly startMs: number;
  /** WebPassword; the user is always `admin`. */
  readonly password?: string;
  /** 8.2 and older: refuses with status 200, and takes the password in the query only. */
  readonly isOld?: boolean;
  /** 1 unless said; more have numbers. */
  readonly relays?: number;
  /** What a plug is drawn from while its relays are on, W; one item a phase. None: no meter. */
  readonly powerW?: (nowMs: number) => readonly number[];
  /** What the counter showed at the start. */
  readonly totalWh?: number;
  /** Other sensors of StatusSNS, as they stand there. */
  readonly sensors?: (nowMs: number) => Readonly<Record<string, unknown>>;
  /** Told when a relay was switched: whether any is on now. */
  readonly onSwitch?: (isOn: boolean, nowMs: number) => void;
  /** It is busy for that long after each request: a web server on a microcontroller. */
  readonly busyMs?: number;
}

const page =
  '<!DOCTYPE html><html lang="en"><head><title>Boiler plug - Main Menu</title></head><body></body></html>';
const needPassword = { WARNING: 'Need user=<username>&password=<password>' };
const whPerMsAndW = 1 / 3_600_000;

/**
 * A plug with the Tasmota firmware, after tasmota.github.io/docs (Commands, JSON Status Responses): `/cm?cmnd=` with
 * relays that can be switched, an energy counter that can be set, a password, and the modes of its web server.
 */
export class TasmotaService implements SimulatedService {
  readonly id = 'tasmota';
  readonly #options: TasmotaOptions;
  readonly #relays: boolean[];
  #atMs: number;
  #bootMs: number;
  #dayStartMs: number;
  #totalWh: number;
  #dayWh = 0;
  #yesterdayWh = 0;
  #webServer = 2;
  #setOption128 = 1;
  #busyUntilMs = -Infinity;

  constructor(options: TasmotaOptions) {
    this.#options = options;
    this.#relays = Array.from({ length: options.relays ?? 1 }, () => true);
    this.#atMs = options.startMs;
    this.#bootMs = options.startMs;
    this.#dayStartMs = dayOf(options.startMs);
    this.#totalWh = options.totalWh ?? 0;
  }

  handle(request: ServiceRequest, nowMs: number): ServiceAnswer {
    this.#advanceTo(nowMs);
    if (this.#isBusy(nowMs)) return { status: 503, body: '' };
    const url = new URL(request.url, 'http://device');
    if (url.pathname === '/') return htmlPage(200);
    if (url.pathname !== '/cm') return htmlPage(404);
    if (this.#webServer === 1 || (this.#setOption128 === 0 && request.headers['referer'] === undefined)) {
      return htmlPage(200);
    }
    if (!this.#isLetIn(request, url))
      return jsonAnswer(this.#options.isOld === true ? 200 : 401, needPassword);
    const command = url.searchParams.get('cmnd') ?? '';
    if (command.trim() === '') return jsonAnswer(200, { WARNING: 'Enter command cmnd=' });
    return jsonAnswer(200, this.#run(command));
  }

  /** What its console answers to a command, however that came to it: `Status 0`, `Power2 ON`. */
  command(text: string, nowMs: number): unknown {
    this.#advanceTo(nowMs);
    return this.#run(text);
  }

  #isBusy(nowMs: number): boolean {
    const { busyMs = 0 } = this.#options;
    if (busyMs > 0 && nowMs < this.#busyUntilMs) return true;
    this.#busyUntilMs = nowMs + busyMs;
    return false;
  }

  #isLetIn({ headers }: ServiceRequest, url: URL): boolean {
    const { password, isOld } = this.#options;
    if (password === undefined) return true;
    const basic = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    if (isOld !== true && headers['authorization'] === basic) return true;
    return url.searchParams.get('user') === 'admin' && url.searchParams.get('password') === password;
  }

  #run(text: string): unknown {
    const [, name = '', index, value = ''] = /^\s*([a-z]+)(\d+)?\s*(.*?)\s*$/i.exec(text) ?? [];
    const energy = (): unknown => this.#energy(name.toLowerCase(), value);
    const commands: Readonly<Record<string, () => unknown>> = {
      power: () => this.#power(Number(index ?? 1), value),
      status: () => tasmotaStatus(value, this.#state()),
      energytotal: energy,
      energytoday: energy,
      energyyesterday: energy,
      webserver: () => this.#setWebServer(value),
      setoption: () => this.#setOption(Number(index), value),
      restart: () => {
        this.#bootMs = this.#atMs;
        return { Restart: 'Restarting' };
      },
    };
    const command = Object.hasOwn(commands, name.toLowerCase()) ? commands[name.toLowerCase()] : undefined;
    return command === undefined ? { Command: 'Unknown', Input: text } : command();
  }

  #setWebServer(value: string): unknown {
    if (value !== '') this.#webServer = Number(value);
    return { Webserver: `Active for ${this.#webServer === 1 ? 'User' : 'Admin'}` };
  }

  #power(relay: number, value: string): unknown {
    const chosen = relay === 0 ? this.#relays.map((_, index) => index) : [relay - 1];
    if (chosen.some((index) => this.#relays[index] === undefined)) return { Command: 'Unknown' };
    for (const index of chosen) {
      const isOn = switched(value.toLowerCase(), this.#relays[index] ?? false);
      if (isOn === undefined) return { Command: 'Error' };
      this.#relays[index] = isOn;
    }
    if (value !== '') this.#options.onSwitch?.(this.#relays.includes(true), this.#atMs);
    return Object.fromEntries(
      chosen.map((index) => [this.#relayKey(index), this.#relays[index] ? 'ON' : 'OFF']),
    );
  }

  #relayKey(index: number): string {
    return this.#relays.length === 1 ? 'POWER' : `POWER${index + 1}`;
  }

  /** The value, in Wh, is that of the start of the day: today's comes on top. */
  #energy(name: string, value: string): unknown {
    if (this.#options.powerW === undefined) return { Command: 'Unknown' };
    if (value !== '' && !/^\d{1,10}$/.test(value)) return { Command: 'Error' };
    if (value !== '' && name === 'energytotal') this.#totalWh = Number(value) + this.#dayWh;
    if (value !== '' && name === 'energytoday') this.#dayWh = Number(value);
    if (value !== '' && name === 'energyyesterday') this.#yesterdayWh = Number(value);
    const { totalKwh, yesterdayKwh, todayKwh } = this.#state();
    return { EnergyTotal: { Total: totalKwh, Yesterday: yesterdayKwh, Today: todayKwh } };
  }

  #setOption(option: number, value: string): unknown {
    if (option !== 128) return { Command: 'Unknown' };
    if (value !== '') this.#setOption128 = Number(value);
    return { SetOption128: this.#setOption128 === 1 ? 'ON' : 'OFF' };
  }

  #advanceTo(nowMs: number): void {
    if (nowMs <= this.#atMs) return;
    const drawnW = this.#powerW().reduce((sum, power) => sum + power, 0);
    const drawnWh = drawnW * (nowMs - this.#atMs) * whPerMsAndW;
    this.#totalWh += drawnWh;
    this.#dayWh += drawnWh;
    this.#atMs = nowMs;
    if (dayOf(nowMs) === this.#dayStartMs) return;
    this.#dayStartMs = dayOf(nowMs);
    this.#yesterdayWh = this.#dayWh;
    this.#dayWh = 0;
  }

  #powerW(): readonly number[] {
    const isOn = this.#relays.includes(true);
    return (this.#options.powerW?.(this.#atMs) ?? []).map((power) => (isOn ? power : 0));
  }

  #state(): TasmotaState {
    return {
      nowMs: this.#atMs,
      upMs: this.#atMs - this.#bootMs,
      relays: Object.fromEntries(this.#relays.map((isOn, index) => [this.#relayKey(index), isOn])),
      isOn: this.#relays.includes(true),
      powerW: this.#options.powerW === undefined ? undefined : this.#powerW(),
      totalKwh: kwh(this.#totalWh),
      todayKwh: kwh(this.#dayWh),
      yesterdayKwh: kwh(this.#yesterdayWh),
      sensors: this.#options.sensors?.(this.#atMs) ?? {},
      webServer: this.#webServer,
    };
  }
}

/** As EnergyRes 3 rounds. */
function kwh(wh: number): number {
  return Math.round(wh) / 1_000;
}

function dayOf(nowMs: number): number {
  return Math.floor(nowMs / 86_400_000);
}

/** Undefined for what is no state. */
function switched(value: string, isOn: boolean): boolean | undefined {
  if (value === '') return isOn;
  if (value === 'on' || value === '1') return true;
  if (value === 'off' || value === '0') return false;
  return value === 'toggle' || value === '2' ? !isOn : undefined;
}

function htmlPage(status: number): ServiceAnswer {
  return { status, headers: { 'content-type': 'text/html' }, body: page };
}
