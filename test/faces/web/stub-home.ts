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

  constructor(nowMs: number) {
    this.startedMs = nowMs - 3 * 86_400_000 - 5 * 3_600_000;
    for (const id of Object.keys(measured)) this.#devices.set(id, deviceOf(id, this.startedMs));
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

  /** As read at an instant. */
  valuesAt(atMs: number): LiveValue[] {
    return Object.entries(measured).flatMap(([device, quantities]) =>
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
    return measured[device]?.[quantity]?.(atMs);
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
