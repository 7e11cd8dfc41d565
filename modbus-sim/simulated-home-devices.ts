import type { DeviceQuirks } from './devices/device-quirks.ts';
import { FaultPlan } from './fault-plan.ts';
import type { FaultySlave } from './faulty-slave.ts';
import { SimulatedHome } from './home.ts';
import type { HomeOptions } from './home-options.ts';
import { createSimulatedLine } from './simulated-line.ts';
import type { FramingId, LinePlan } from './simulated-line.ts';

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

/** The whole simulated home, without sockets. */
export function createSimulatedHome(options: SimulatedHomeOptions): SimulatedHomeDevices {
  const home = new SimulatedHome(options);
  const plan = options.faultPlan ?? new FaultPlan(options.seed);
  const isShared = options.isShared === true;
  const unit = (id: SimulatedDeviceId): LinePlan['units'][number] => {
    const quirks = options.quirks?.[id] ?? {};
    return { id, kind: kinds[id], unitId: isShared ? 1 + simulatedDeviceIds.indexOf(id) : 1, quirks };
  };
  const line = (ids: readonly SimulatedDeviceId[]): FaultySlave =>
    createSimulatedLine({ framing: 'tcp', ...options, units: ids.map(unit) }, home, plan);
  const shared = isShared ? line(simulatedDeviceIds) : undefined;
  const access = (id: SimulatedDeviceId): SimulatedDeviceAccess => {
    return { slave: shared ?? line([id]), unitId: unit(id).unitId };
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
