import type { LiveValue } from '../../../gateway/core/live-feed.ts';
import { quantityDefinition } from '../../../gateway/core/quantity.ts';
import type { DeviceDetail, DeviceSummary } from '../../../gateway/features/harvest/device-commands.ts';
import type { LaneFacts, TaskFacts } from '../../../gateway/features/lifecycle/engine-commands.ts';
import type { GatewayState, HealthLine } from '../../../gateway/features/lifecycle/gateway-commands.ts';
import { countersAt, homeAt } from './home-day.ts';

type ValueAt = (atMs: number) => number;

/** What each device of the stub home measures. */
const measured: Readonly<Record<string, Readonly<Record<string, ValueAt>>>> = {
  'inverter-1': {
    pv_power_w: (atMs) => homeAt(atMs).pv1W,
    battery_power_w: (atMs) => homeAt(atMs).batteryW,
    battery_soc_pct: (atMs) => homeAt(atMs).socPct,
    battery_temperature_c: (atMs) => 21 + homeAt(atMs).socPct / 40,
    grid_power_w: (atMs) => homeAt(atMs).gridW + 12,
    pv_energy_kwh: (atMs) => countersAt(atMs).pv1Kwh,
    inverter_temperature_c: (atMs) => 28 + homeAt(atMs).pv1W / 400,
  },
  'inverter-2': {
    pv_power_w: (atMs) => homeAt(atMs).pv2W,
    pv_energy_kwh: (atMs) => countersAt(atMs).pv2Kwh,
    pv_string1_voltage_v: (atMs) => (homeAt(atMs).pv2W > 0 ? 412.5 : 0),
  },
  meter: {
    grid_power_w: (atMs) => homeAt(atMs).gridW,
    grid_import_kwh: (atMs) => countersAt(atMs).importKwh,
    grid_export_kwh: (atMs) => countersAt(atMs).exportKwh,
    grid_voltage_l1_v: (atMs) => 231 + Math.sin(atMs / 90_000) * 2,
    grid_frequency_hz: (atMs) => 50 + Math.sin(atMs / 40_000) / 50,
  },
};

/** What the sources of the stub home measure, by source or part. */
const measuredBySources: Readonly<Record<string, Readonly<Record<string, ValueAt>>>> = {
  p1: { grid_power_w: (atMs) => homeAt(atMs).gridW + 3, wifi_signal_dbm: () => -61 },
  'p1/gas-4730303332353631': { gas_m3: (atMs) => 4_000 + daysOf(atMs) * 2.4 },
  'p1/water-3232': { water_m3: (atMs) => 310 + daysOf(atMs) * 0.31 },
  weather: {
    outdoor_temperature_c: () => 12.34,
    outdoor_feels_like_c: () => 10.81,
    wind_speed_m_per_s: () => 5,
    wind_direction_deg: () => 225,
    wind_gust_m_per_s: () => 9.72,
    cloud_cover_pct: () => 75,
    outdoor_humidity_pct: () => 81,
  },
  'heating/zone-1': { room_temperature_c: () => 20.5, room_set_point_c: () => 21 },
  'heating/zone-2': { room_temperature_c: () => 17, room_set_point_c: () => 16.5 },
  'heating/dhw-3': { hot_water_temperature_c: () => 52.4, hot_water_on: () => 1 },
  carbon: {
    carbon_intensity_g_per_kwh: () => 41.2,
    zone_renewable_pct: () => 28,
    zone_fossil_free_pct: () => 96,
    zone_consumption_nuclear_mw: () => 34_000,
    zone_consumption_hydro_mw: () => 8_000,
    zone_consumption_wind_mw: () => 6_000,
    zone_consumption_gas_mw: () => 2_000,
  },
  tempo: {
    tempo_today_colour: () => 2,
    tempo_blue_left_days: () => 201,
    tempo_white_left_days: () => 31,
    tempo_red_left_days: () => 1,
  },
  fridge: { load_power_w: () => 84, relay_on: () => 1 },
  'probes/28-00000a69bebf': { temperature_c: () => 54.25 },
};

function daysOf(atMs: number): number {
  return atMs / 86_400_000 - 19_000;
}

const names: Readonly<Record<string, string>> = {
  'inverter-1': 'Roof south',
  'inverter-2': 'Carport',
  meter: 'Grid meter',
};

/** Its devices, what they measure and what the gateway says of itself; tests change it as they like. */
export class StubHome {
  readonly startedMs: number;
  readonly lines: HealthLine[] = [];
  readonly #devices = new Map<string, DeviceSummary>();
  #measuredBySources = measuredBySources;

  constructor(nowMs: number) {
    this.startedMs = nowMs - 3 * 86_400_000 - 5 * 3_600_000;
    for (const id of Object.keys(measured)) this.#devices.set(id, deviceOf(id, this.startedMs));
  }

  forgetSources(): void {
    this.#measuredBySources = {};
  }

  get devices(): readonly DeviceSummary[] {
    return [...this.#devices.values()];
  }

  change(id: string, facts: Partial<DeviceSummary>): void {
    const known = this.#devices.get(id) ?? deviceOf(id, this.startedMs);
    this.#devices.set(id, { ...known, ...facts });
  }

  detail(id: string): DeviceDetail | undefined {
    const device = this.#devices.get(id);
    if (device === undefined) return undefined;
    return {
      ...device,
      driverTitle: 'Simulated device',
      serialNumber: 'A2310400123',
      model: '',
      firmware: '',
      lastErrorText: device.lastError === null ? null : `${device.address} did not answer within 1000 ms`,
      quantities: Object.keys(measured[id] ?? {}).map((quantity) => {
        const { unit, title } = quantityDefinition(quantity);
        return { quantity, unit, title };
      }),
      problems: [],
    };
  }

  /** In the order of their values. */
  get series(): { readonly device: string; readonly quantity: string }[] {
    return Object.entries({ ...measured, ...this.#measuredBySources }).flatMap(([device, quantities]) =>
      Object.keys(quantities).map((quantity) => ({ device, quantity })),
    );
  }

  /** As read at an instant. */
  valuesAt(atMs: number): LiveValue[] {
    return Object.entries({ ...measured, ...this.#measuredBySources }).flatMap(([device, quantities]) =>
      Object.entries(quantities).map(([quantity, at]) => ({
        device,
        quantity,
        atMs,
        value: Math.round(at(atMs) * 1000) / 1000,
        quality: 'good' as const,
        stored: true,
      })),
    );
  }

  valueAt(device: string, quantity: string, atMs: number): number | undefined {
    return (measured[device] ?? this.#measuredBySources[device])?.[quantity]?.(atMs);
  }

  state(nowMs: number): GatewayState {
    const isWell = this.lines.length === 0;
    return {
      life: 'running',
      link: 'none',
      health: 'normal',
      status: isWell ? 'ok' : 'degraded',
      startedMs: this.startedMs,
      uptimeMs: nowMs - this.startedMs,
      lines: [...this.lines],
    };
  }

  lanes(): LaneFacts[] {
    return this.devices.map((device, index) => ({
      name: device.lane,
      state: index === 0 ? 'busy' : 'idle',
      tasks: 1,
      queued: 0,
      ageBoundMs: device.ageBoundMs,
      ageMeasuredMs: 10_180 + index * 95,
      utilisation: 0.034 + index * 0.01,
      busyShare: 0.021 + index * 0.004,
      deadShare: 0,
    }));
  }

  tasks(nowMs: number): TaskFacts[] {
    const harvests = this.devices.map((device, index) =>
      task(`harvest:${device.id}`, device.lane, nowMs + index),
    );
    return [
      task('commit:readings', null, nowMs),
      ...harvests,
      { ...task('roll-up:readings', null, nowMs), priority: 'housekeeping', group: 'storage', lateMs: 0 },
    ];
  }
}

function deviceOf(id: string, startedMs: number): DeviceSummary {
  const host = `192.168.1.${20 + Object.keys(measured).indexOf(id)}`;
  return {
    id,
    name: names[id] ?? id,
    driver: id === 'meter' ? 'eastron-sdm630' : 'sungrow-hybrid',
    address: `${host}:502/1`,
    lane: `tcp:${host}:502`,
    state: 'up',
    stateSinceMs: startedMs,
    periodMs: 10_000,
    effectivePeriodMs: 10_000,
    ageMs: 2_000,
    ageBoundMs: 11_200,
    answers: 27_723,
    failures: 3,
    lastError: null,
  };
}

function task(name: string, lane: string | null, nowMs: number): TaskFacts {
  return {
    name,
    group: 'harvest',
    priority: 'acquire',
    lane,
    state: 'waiting',
    periodMs: 10_000,
    nextDueMs: Math.ceil(nowMs / 10_000) * 10_000,
    runs: 27_726,
    failures: 3,
    lastDurationMs: 42.3,
    lateMs: 0.8,
    beatsSkipped: 0,
    lastError: null,
  };
}
