import { deviceKinds, serialNumberOf } from './device-kinds.ts';
import type { DeviceKindId } from './device-kinds.ts';
import type { DeviceQuirks } from './devices/device-quirks.ts';
import type { OnSettingsChange } from './devices/device-settings.ts';
import { SimulatedDevice } from './devices/simulated-device.ts';
import type { FaultPlan } from './fault-plan.ts';
import { FaultySlave } from './faulty-slave.ts';
import type { Framing } from './framing.ts';
import type { SimulatedHome } from './home.ts';
import { MbapFraming } from './mbap-framing.ts';
import { ModbusSlave } from './modbus-slave.ts';
import { RtuFraming } from './rtu-framing.ts';
import { SolarmanFraming } from './solarman-framing.ts';

export const framingIds = ['tcp', 'rtu-over-tcp', 'solarman-v5', 'rtu'] as const;
/** `rtu` is on a serial line, the others on a TCP port. */
export type FramingId = (typeof framingIds)[number];

export interface UnitPlan {
  readonly id: string;
  readonly kind: DeviceKindId;
  readonly unitId: number;
  /** Which of the devices of its kind it is, from zero: it has a serial number of its own. */
  readonly count?: number;
  readonly quirks?: DeviceQuirks;
  readonly onSettingsChange?: OnSettingsChange;
}

/** One TCP port, or one serial line, and the units behind it. */
export interface LinePlan {
  readonly framing: FramingId;
  readonly units: readonly UnitPlan[];
  /** How long every answer takes, real milliseconds. Default 0. */
  readonly latencyMs?: number;
  /** Answers take the time that they and their requests need on a wire at this speed. Default: none. */
  readonly baudRate?: number;
  /** Solarman V5 only. */
  readonly logger?: {
    readonly loggerSerial: number;
    readonly doublesCrc?: boolean;
    readonly chatterEvery?: number;
  };
}

export const defaultLoggerSerial = 1_700_000_001;

/** The units of a line, answering as they are, without a socket. */
export function createSimulatedLine(plan: LinePlan, home: SimulatedHome, faultPlan: FaultPlan): FaultySlave {
  const units = new Map(plan.units.map((unit) => [unit.unitId, createDevice(unit, home)]));
  const slave = new ModbusSlave(units, {
    // A serial line has nobody to say that a unit is not there; a logger says it in its own words.
    isGateway: plan.framing === 'tcp' && units.size > 1,
    latencyMs: plan.latencyMs ?? 0,
  });
  return new FaultySlave(slave, faultPlan, {
    framing: () => createFraming(plan),
    isSerialLine: plan.framing === 'rtu',
  });
}

function createDevice({ kind, count = 0, ...options }: UnitPlan, home: SimulatedHome): SimulatedDevice {
  const serialNumber = serialNumberOf(kind, count);
  return new SimulatedDevice({ ...options, serialNumber }, deviceKinds[kind].definition, home);
}

function createFraming({ framing, baudRate, logger }: LinePlan): Framing {
  if (framing === 'tcp') return new MbapFraming();
  if (framing !== 'solarman-v5') return new RtuFraming(baudRate);
  const options = logger ?? { loggerSerial: defaultLoggerSerial };
  return new SolarmanFraming(baudRate === undefined ? options : { ...options, baudRate });
}
