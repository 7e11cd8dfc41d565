import type { Config } from '../gateway/config/config.ts';
import type { SimulatedDeviceId } from '../modbus-sim/simulated-home-devices.ts';

/** Where a simulated device stands in the virtual network. */
export interface VirtualSite {
  readonly id: SimulatedDeviceId;
  readonly host: string;
  readonly port: number;
  readonly unit: number;
}

const drivers: Readonly<Record<SimulatedDeviceId, string>> = {
  'inverter-1': 'sungrow-hybrid',
  'inverter-2': 'huawei-sun2000',
  'meter-1': 'eastron-sdm630',
};

/** The demo home's configuration, as it is once loaded. */
export function virtualConfig(
  sites: readonly VirtualSite[],
  { periodMs, zone }: { readonly periodMs: number; readonly zone: string },
): Config {
  return {
    site: { name: 'Virtual home', zone },
    network: { allowLoopbackDevices: true },
    http: { host: '127.0.0.1', port: 0, names: [] },
    storage: { policy: 'balanced', retention: { rawDays: 7, minuteDays: 400 } },
    log: { level: 'warn', format: 'json' },
    home: { gridMeter: 'meter-1' },
    devices: sites.map(({ id, host, port, unit }) => ({
      id,
      driver: drivers[id],
      transport: { kind: 'modbus-tcp', host, port },
      unit,
      periodMs,
      enabled: true,
    })),
    features: {},
  };
}
