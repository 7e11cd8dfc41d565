import assert from 'node:assert';
import type { Test } from 'tap';
import { errorCodeOf } from '../../gateway/core/errors.ts';
import { decodeField } from '../../gateway/io/drivers/decode.ts';
import { findDriver } from '../../gateway/io/drivers/index.ts';
import { extentOf, type RegisterField, type WordOrder } from '../../gateway/io/drivers/register-map.ts';
import type {
  HostEndpoint,
  RegisterTransport,
  SerialEndpoint,
} from '../../gateway/io/transports/transport.ts';
import { startLines } from '../../modbus-sim/server.ts';
import { forever, ourTransport } from './our-transport.ts';
import { lineWords, serialPair } from './serial-pair.ts';

/** One value of the simulated home: where it stands, and what the gateway makes of it. */
export interface HomeValue {
  /** For whoever reads it next. */
  readonly endpoint: HostEndpoint | SerialEndpoint;
  readonly unit: number;
  readonly field: RegisterField;
  readonly wordOrder: WordOrder;
  /** In the field's unit, after its scale and offset; NaN when the device says that there is none. */
  readonly value: number | 'refused';
}

/** The home's devices, as the simulator and as the gateway call their kinds. */
const devices = [
  { id: 'inverter-1', kind: 'sungrow-hybrid', driverId: 'sungrow-hybrid' },
  { id: 'inverter-2', kind: 'huawei-sun2000', driverId: 'huawei-sun2000' },
  { id: 'meter-1', kind: 'sdm630', driverId: 'eastron-sdm630' },
] as const;

/** A summer noon: all devices are busy. */
const noonMs = Date.UTC(2025, 5, 21, 11);
const home = { startMs: noonMs, seed: 7, speed: 0 };

/** The simulated home, in which time stands still, and all that the gateway's drivers read of it over Modbus TCP. */
export async function startFrozenHome(t: Test): Promise<readonly HomeValue[]> {
  const lines = devices.map((device) => ({ framing: 'tcp' as const, units: [{ ...device, unitId: 1 }] }));
  const simulator = await startLines({ ...home, lines });
  t.teardown(async () => await simulator.close());
  const values: HomeValue[] = [];
  for (const { id, driverId } of devices) {
    const endpoint = { host: '127.0.0.1', port: simulator.ports[id] ?? 0 };
    const transport = ourTransport(t, 'modbus-tcp', endpoint);
    values.push(...(await readAll(transport, { endpoint, unit: 1 }, driverId)));
    transport.close();
  }
  return values;
}

/** The same on one serial line, as units 1, 2 and 3; nobody has it open any more. */
export async function startFrozenHomeOnLine(t: Test): Promise<readonly HomeValue[]> {
  const { ours, theirs } = await serialPair(t);
  const units = devices.map((device, index) => ({ ...device, unitId: index + 1 }));
  const simulator = await startLines({ ...home, lines: [{ framing: 'rtu', path: theirs.path, units }] });
  t.teardown(async () => await simulator.close());
  const transport = ourTransport(t, 'modbus-rtu', ours);
  const values: HomeValue[] = [];
  for (const { driverId, unitId } of units) {
    values.push(...(await readAll(transport, { endpoint: ours, unit: unitId }, driverId)));
  }
  transport.close();
  return values;
}

async function readAll(
  transport: RegisterTransport,
  place: Pick<HomeValue, 'endpoint' | 'unit'>,
  driverId: string,
): Promise<HomeValue[]> {
  const driver = findDriver(driverId);
  assert(driver !== undefined, `there is a driver ${driverId}`);
  const values: HomeValue[] = [];
  for (const field of driver.fields) {
    const range = { table: field.table, ...extentOf(field) };
    const value = await transport.readRegisters(place.unit, range, forever).then(
      (words) => decodeField(field, words, driver.wordOrder).value,
      (error: unknown) => {
        assert(errorCodeOf(error) === 'device_exception', String(error));
        return 'refused' as const;
      },
    );
    values.push({ ...place, field, wordOrder: field.wordOrder ?? driver.wordOrder, value });
  }
  return values;
}

/** The values of each port or line, by what it is called on a command line: `tcp PORT`, or `rtu` and the line. */
export function byPlace(values: readonly HomeValue[]): ReadonlyMap<string, HomeValue[]> {
  return Map.groupBy(values, ({ endpoint }) =>
    ('port' in endpoint ? ['tcp', endpoint.port] : ['rtu', ...lineWords(endpoint)]).join(' '),
  );
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
