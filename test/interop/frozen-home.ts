import assert from 'node:assert';
import type { Test } from 'tap';
import { errorCodeOf } from '../../gateway/core/errors.ts';
import { decodeField } from '../../gateway/io/drivers/decode.ts';
import { findDriver } from '../../gateway/io/drivers/index.ts';
import { extentOf, type RegisterField, type WordOrder } from '../../gateway/io/drivers/register-map.ts';
import { startSimulator } from '../../modbus-sim/server.ts';
import type { SimulatedDeviceId } from '../../modbus-sim/simulated-home-devices.ts';
import { forever, ourTransport } from './our-transport.ts';

/** One value of the simulated home: where it stands, and what the gateway makes of it. */
export interface HomeValue {
  readonly port: number;
  readonly unit: number;
  readonly field: RegisterField;
  readonly wordOrder: WordOrder;
  /** In the field's unit, after its scale and offset; NaN when the device says that there is none. */
  readonly value: number | 'refused';
}

const driverOf: Readonly<Record<SimulatedDeviceId, string>> = {
  'inverter-1': 'sungrow-hybrid',
  'inverter-2': 'huawei-sun2000',
  'meter-1': 'eastron-sdm630',
};

/** A summer noon: all devices are busy. */
const noonMs = Date.UTC(2025, 5, 21, 11);

/** The simulated home, in which time stands still, and all that the gateway's drivers read of it. */
export async function startFrozenHome(t: Test): Promise<readonly HomeValue[]> {
  const simulator = await startSimulator({ startMs: noonMs, speed: 0 });
  t.teardown(async () => await simulator.close());
  const values: HomeValue[] = [];
  for (const [id, driverId] of Object.entries(driverOf)) {
    const device = id as SimulatedDeviceId;
    const place = { port: simulator.ports[device], unit: simulator.unitIds[device] };
    values.push(...(await readAll(t, place, driverId)));
  }
  return values;
}

async function readAll(
  t: Test,
  { port, unit }: { port: number; unit: number },
  driverId: string,
): Promise<HomeValue[]> {
  const driver = findDriver(driverId);
  assert(driver !== undefined, `there is a driver ${driverId}`);
  const transport = ourTransport(t, 'modbus-tcp', { host: '127.0.0.1', port });
  const values: HomeValue[] = [];
  for (const field of driver.fields) {
    const read = transport.readRegisters(unit, { table: field.table, ...extentOf(field) }, forever);
    const value = await read.then(
      (words) => decodeField(field, words, driver.wordOrder).value,
      (error: unknown) => {
        assert(errorCodeOf(error) === 'device_exception', String(error));
        return 'refused' as const;
      },
    );
    values.push({ port, unit, field, wordOrder: field.wordOrder ?? driver.wordOrder, value });
  }
  transport.close();
  return values;
}

/** Whether another program, which knows nothing of scales, decoded this raw number for it. */
export function agrees({ field, value }: HomeValue, raw: number): boolean {
  if (value === 'refused') return false;
  if (Number.isNaN(value)) return (field.notAvailable ?? []).map(Number).includes(raw);
  // Programs print seven digits of a float of 32 bits.
  const isFloat = field.encoding === 'f32';
  const theirs = raw * (field.scale ?? 1) + (field.offset ?? 0);
  return Math.abs(theirs - value) <= (isFloat ? 1e-5 : 1e-12) * Math.max(1, Math.abs(value));
}
