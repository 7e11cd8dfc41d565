import assert from 'node:assert';
import type { DeviceQuirks } from './devices/device-quirks.ts';
import { FaultPlan } from './fault-plan.ts';
import type { FaultySlave } from './faulty-slave.ts';
import { SimulatedHome } from './home.ts';
import type { HomeOptions } from './home-options.ts';
import { createSimulatedLine } from './simulated-line.ts';
import type { FramingId, LinePlan, UnitPlan } from './simulated-line.ts';

/** The demo home's devices. Each answers as unit 1 on a port of its own, or, sharing one port, as units 1, 2, 3. */
export const simulatedDeviceIds = ['inverter-1', 'inverter-2', 'meter-1'] as const;
export type SimulatedDeviceId = (typeof simulatedDeviceIds)[number];

export interface SimulatedHomeOptions extends HomeOptions {
  readonly faultPlan?: FaultPlan;
  /** How long every answer takes, real milliseconds. Default 0. */
  readonly latencyMs?: number;
  /** All devices behind one slave, as behind a serial gateway that answers 0x0B for unknown units. */
  readonly isShared?: boolean;
  readonly quirks?: Readonly<Partial<Record<SimulatedDeviceId, DeviceQuirks>>>;
  /** Default: Modbus TCP. */
  readonly framing?: FramingId;
  readonly baudRate?: number;
}

export interface SimulatedDeviceAccess {
  readonly slave: FaultySlave;
  readonly unitId: number;
}

export interface SimulatedHomeDevices {
  readonly home: SimulatedHome;
  /** With `isShared` the three slaves are the same object. */
  readonly devices: Readonly<Record<SimulatedDeviceId, SimulatedDeviceAccess>>;
}

const kinds = {
  'inverter-1': 'sungrow-hybrid',
  'inverter-2': 'huawei-sun2000',
  'meter-1': 'sdm630',
} as const;

/** The demo home's ports: one for each device, or one for all. */
export function homeLines(options: Omit<SimulatedHomeOptions, 'seed' | 'startMs'>): LinePlan[] {
  const isShared = options.isShared === true;
  const unit = (id: SimulatedDeviceId, index: number): UnitPlan => {
    return { id, kind: kinds[id], unitId: isShared ? index + 1 : 1, quirks: options.quirks?.[id] ?? {} };
  };
  const { framing = 'tcp', latencyMs = 0, baudRate } = options;
  const line = { framing, latencyMs, ...(baudRate === undefined ? {} : { baudRate }) };
  const units = simulatedDeviceIds.map(unit);
  return isShared ? [{ ...line, units }] : units.map((each) => ({ ...line, units: [each] }));
}

/** The whole simulated home, without sockets. */
export function createSimulatedHome(options: SimulatedHomeOptions): SimulatedHomeDevices {
  const home = new SimulatedHome(options);
  const plan = options.faultPlan ?? new FaultPlan(options.seed);
  const found = new Map<string, SimulatedDeviceAccess>();
  for (const line of homeLines(options)) {
    const slave = createSimulatedLine(line, home, plan);
    for (const { id, unitId } of line.units) found.set(id, { slave, unitId });
  }
  const access = (id: SimulatedDeviceId): SimulatedDeviceAccess => {
    const device = found.get(id);
    assert(device !== undefined, `there is a line for ${id}`);
    return device;
  };
  return {
    home,
    devices: {
      'inverter-1': access('inverter-1'),
      'inverter-2': access('inverter-2'),
      'meter-1': access('meter-1'),
    },
  };
}
