import type { DriverDefinition } from '../../../gateway/io/drivers/driver.ts';
import type { RegisterField } from '../../../gateway/io/drivers/register-map.ts';
import { exampleDriver } from './example-driver.ts';
import { FixtureDevice } from './fixture-device.ts';

export const rowNames = [
  'grid_voltage_l1_v',
  'grid_voltage_l2_v',
  'grid_voltage_l3_v',
  'pv_power_w',
  'battery_voltage_v',
];

/** Fields at 0 to 4, and with `apart` each in a request of its own. */
export function rowDriver({ apart = 1 }: { readonly apart?: number }): DriverDefinition {
  const fields = rowNames.map((name, index): RegisterField => ({
    name,
    table: 'input',
    address: index * apart,
    encoding: 'u16',
    min: 0,
    max: 1_000,
  }));
  return exampleDriver({ fields, serialNumber: { table: 'input', address: 10_000, count: 2 } });
}

export function rowDevice({ apart = 1 }: { readonly apart?: number }): FixtureDevice {
  const registers = Object.fromEntries(
    rowNames.map((_, index) => [`input:${index * apart}`, `000${index + 1}`]),
  );
  return new FixtureDevice({ registers: { ...registers, 'input:10000': '4142 4300' } });
}
