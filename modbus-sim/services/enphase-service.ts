import type { SimulatedHome } from '../home.ts';
import type { HomeState } from '../home-state.ts';
import { jsonAnswer } from './service.ts';
import type { ServiceAnswer, ServiceRequest, SimulatedService } from './service.ts';

const wsPerWh = 3600;
/** Meters are read each second, inverters every five minutes. */
const inverterPeriodMs = 300_000;

export interface EnphaseServiceOptions {
  readonly home: SimulatedHome;
  readonly serial: string;
  /** Without one the firmware is older than 7 and asks for none. */
  readonly token?: string;
  readonly tokenExpiresMs?: number;
  /** Current transformers that are fitted; `both` unless said. */
  readonly meters?: 'none' | 'production' | 'both';
  /** Until then the Envoy has started, and measured nothing. */
  readonly startedMs?: number;
}

/** The local interface of an Enphase Envoy, whose micro-inverters stand for all inverters of the simulated home. */
export class EnphaseService implements SimulatedService {
  readonly id = 'enphase';
  readonly #options: EnphaseServiceOptions;
  #inverters: { readonly slot: number; readonly block: object } | undefined;

  constructor(options: EnphaseServiceOptions) {
    this.#options = options;
  }

  handle(request: ServiceRequest, nowMs: number): ServiceAnswer {
    const { pathname } = new URL(request.url, 'http://service');
    if (request.method !== 'GET') return page(405, 'Method Not Allowed');
    if (pathname === '/info') return this.#info(nowMs);
    if (pathname !== '/production.json') return page(404, 'Not Found');
    return this.#isRefused(request, nowMs) ? page(401, 'Authorization Required') : this.#production(nowMs);
  }

  #isRefused(request: ServiceRequest, nowMs: number): boolean {
    const { token, tokenExpiresMs = Infinity } = this.#options;
    if (token === undefined) return false;
    return nowMs >= tokenExpiresMs || request.headers['authorization'] !== `Bearer ${token}`;
  }

  #info(nowMs: number): ServiceAnswer {
    const { serial } = this.#options;
    const time = Math.floor(nowMs / 1000);
    const body = `<?xml version='1.0' encoding='UTF-8'?>
<envoy_info>
  <time>${time}</time>
  <device>
    <sn>${serial}</sn>
    <pn>800-00654-r08</pn>
    <software>D8.2.4264</software>
    <euaid>4c8675</euaid>
  </device>
</envoy_info>
`;
    return { status: 200, headers: { 'content-type': 'text/xml' }, body };
  }

  #production(nowMs: number): ServiceAnswer {
    const { home, meters = 'both', startedMs = -Infinity } = this.#options;
    if (nowMs < startedMs) return jsonAnswer(200, { production: [], consumption: [], storage: [] });
    home.advanceTo(nowMs);
    const state = home.state();
    const readingTime = Math.floor(nowMs / 1000);
    const consumption = meters === 'both' ? { consumption: consumptionBlocks(state, readingTime) } : {};
    return jsonAnswer(200, {
      production: [this.#inverterBlock(state, nowMs), productionMeter(state, readingTime, meters !== 'none')],
      ...consumption,
      storage: [{ type: 'acb', activeCount: 0, readingTime: 0, wNow: 0, whNow: 0, state: 'idle' }],
    });
  }

  #inverterBlock(state: HomeState, nowMs: number): object {
    const slot = Math.floor(nowMs / inverterPeriodMs);
    if (this.#inverters?.slot !== slot) {
      const block = {
        type: 'inverters',
        activeCount: 24,
        readingTime: (slot * inverterPeriodMs) / 1000,
        wNow: Math.max(0, Math.round(producedW(state))),
        whLifetime: Math.round(producedWh(state)),
      };
      this.#inverters = { slot, block };
    }
    return this.#inverters.block;
  }
}

function productionMeter(state: HomeState, readingTime: number, isFitted: boolean): object {
  const kind = { type: 'eim', activeCount: isFitted ? 1 : 0, measurementType: 'production' };
  if (!isFitted) return { ...kind, readingTime: 0, wNow: 0, whLifetime: 0, whToday: 0, rmsVoltage: 0 };
  const { midnightEnergy } = state;
  const midnightWh = (midnightEnergy.hybridOutWs + midnightEnergy.pv2Ws) / wsPerWh;
  return {
    ...kind,
    readingTime,
    wNow: producedW(state),
    whLifetime: producedWh(state),
    whToday: producedWh(state) - midnightWh,
    ...electrical(state, producedW(state)),
  };
}

function consumptionBlocks(state: HomeState, readingTime: number): readonly object[] {
  const { flow, energy } = state;
  const meter = { type: 'eim', activeCount: 1, readingTime };
  return [
    {
      ...meter,
      measurementType: 'total-consumption',
      wNow: flow.loadW,
      whLifetime: energy.loadWs / wsPerWh,
      ...electrical(state, flow.loadW),
    },
    {
      ...meter,
      measurementType: 'net-consumption',
      wNow: flow.gridW,
      whLifetime: (energy.importWs - energy.exportWs) / wsPerWh,
      ...electrical(state, flow.gridW),
    },
  ];
}

function electrical({ flow }: HomeState, powerW: number): object {
  const rmsVoltage = flow.phaseVoltageV[0];
  return { rmsVoltage, rmsCurrent: Math.abs(powerW) / rmsVoltage, apprntPwr: Math.abs(powerW), pwrFactor: 1 };
}

function producedW({ flow }: HomeState): number {
  return flow.hybridAcW + flow.pv2W;
}

function producedWh({ energy }: HomeState): number {
  return (energy.hybridOutWs + energy.pv2Ws) / wsPerWh;
}

function page(status: number, title: string): ServiceAnswer {
  const body = `<html>\n<head><title>${status} ${title}</title></head>\n<body><h1>${status} ${title}</h1></body>\n</html>\n`;
  return { status, headers: { 'content-type': 'text/html' }, body };
}
