import { GatewayError } from '../../../core/errors.ts';

/** What the earlier gateway calls a kind of inverter, what people call it, and the driver that reads it here. */
interface Profile {
  readonly name: string;
  readonly title: string;
  readonly driver: string;
  readonly protocol: 'modbus' | 'solarman';
}

const profile = (name: string, title: string, driver: string): Profile => ({
  name,
  title,
  driver,
  protocol: ['deye', 'deye_micro', 'sofar'].includes(name) ? 'solarman' : 'modbus',
});

/** Two drivers may read what one name stands for: the first is meant. */
export const profiles: readonly Profile[] = [
  profile('huawei', 'Huawei', 'huawei-sun2000'),
  profile('huawei_hybrid', 'Huawei Hybrid', 'huawei-hybrid'),
  profile('solaredge', 'SolarEdge', 'solaredge'),
  profile('solaredge_us', 'SolarEdge US', 'solaredge-us'),
  profile('sungrow', 'Sungrow', 'sungrow-hybrid'),
  profile('sma', 'SMA', 'sma'),
  profile('fronius', 'Fronius', 'fronius'),
  profile('fronius_sf', 'Fronius SF', 'fronius-sf'),
  profile('deye', 'Deye', 'deye'),
  profile('deye_micro', 'Deye Micro', 'deye-micro'),
  profile('growatt', 'Growatt', 'growatt'),
  profile('goodwe', 'GoodWe', 'goodwe'),
  profile('ferroamp', 'Ferroamp', 'ferroamp'),
  profile('sofar', 'Sofar', 'sofar'),
  profile('solis', 'Solis', 'solis'),
  profile('solis_hybrid', 'Solis Hybrid', 'solis-hybrid'),
  profile('solax', 'SolaX', 'solax'),
  profile('lqt40s', 'LQT40S', 'lqt40s'),
  profile('sdm630', 'Eastron SDM630', 'eastron-sdm630'),
];

/**
 * The driver that a `device_type` means: one of the earlier names, or one of ours, which whoever adds the device checks.
 * Errors: `input_invalid`.
 */
export function driverOfProfile(deviceType: string): string {
  const name = deviceType.toLowerCase();
  if (name !== 'unknown')
    return profiles.find((known) => known.name === name)?.driver ?? name.replaceAll('_', '-');
  throw new GatewayError('input_invalid', 'device_type must say what kind of device it is', {
    hint: 'ask the device: POST /api/v1/devices/identify',
  });
}

/** What the earlier gateway calls what a driver reads; the driver's own id where it has no name for it. */
export function profileOfDriver(driver: string): string {
  return profiles.find((known) => known.driver === driver)?.name ?? driver.replaceAll('-', '_');
}
