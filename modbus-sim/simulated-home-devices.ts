import { huaweiSun2000 } from './devices/huawei-sun2000.ts';
import { sdm630 } from './devices/sdm630.ts';
import { SimulatedDevice } from './devices/simulated-device.ts';
import { sungrowHybrid } from './devices/sungrow-hybrid.ts';
import { FaultPlan } from './fault-plan.ts';
import { FaultySlave } from './faulty-slave.ts';
import { SimulatedHome } from './home.ts';
import type { HomeOptions } from './home-options.ts';
import { ModbusSlave } from './modbus-slave.ts';

/** The demo home's devices. Each answers as unit 1 on a port of its own, or, sharing one port, as units 1, 2, 3. */
export const simulatedDeviceIds = ['inverter-1', 'inverter-2', 'meter-1'] as const;
export type SimulatedDeviceId = (typeof simulatedDeviceIds)[number];

export interface SimulatedHomeOptions extends HomeOptions {
  readonly faultPlan?: FaultPlan;
  /** How long every answer takes, real milliseconds. Default 0. */
  readonly latencyMs?: number;
  /** All devices behind one slave, as behind a serial gateway that answers 0x0B for unknown units. */
  readonly isShared?: boolean;
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

/** The whole simulated home, without sockets. */
export function createSimulatedHome(options: SimulatedHomeOptions): SimulatedHomeDevices {
  const home = new SimulatedHome(options);
  const plan = options.faultPlan ?? new FaultPlan(options.seed);
  const latencyMs = options.latencyMs ?? 0;
  const inverter1 = new SimulatedDevice(
    { id: 'inverter-1', serialNumber: 'A2290412345' },
    sungrowHybrid,
    home,
  );
  const inverter2 = new SimulatedDevice(
    { id: 'inverter-2', serialNumber: 'HV2180123456' },
    huaweiSun2000,
    home,
  );
  const meter1 = new SimulatedDevice({ id: 'meter-1', serialNumber: '20481234' }, sdm630, home);

  if (options.isShared === true) {
    const units = new Map([inverter1, inverter2, meter1].map((device, index) => [index + 1, device]));
    const slave = new FaultySlave(new ModbusSlave(units, { isGateway: true, latencyMs }), plan);
    return {
      home,
      devices: {
        'inverter-1': { slave, unitId: 1 },
        'inverter-2': { slave, unitId: 2 },
        'meter-1': { slave, unitId: 3 },
      },
    };
  }
  const alone = (device: SimulatedDevice): SimulatedDeviceAccess => ({
    slave: new FaultySlave(new ModbusSlave(new Map([[1, device]]), { latencyMs }), plan),
    unitId: 1,
  });
  return {
    home,
    devices: { 'inverter-1': alone(inverter1), 'inverter-2': alone(inverter2), 'meter-1': alone(meter1) },
  };
}
