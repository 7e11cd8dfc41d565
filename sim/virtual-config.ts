import type { Config, DeviceTransportConfig } from '../gateway/config/config.ts';

/** A simulated device as the gateway is told of it. */
export interface VirtualDevice {
  readonly id: string;
  readonly driver: string;
  readonly transport: DeviceTransportConfig;
  readonly unit: number;
  readonly periodMs: number;
}

/** The configuration of a virtual home, as it is once loaded. */
export function virtualConfig(devices: readonly VirtualDevice[], zone: string): Config {
  return {
    site: { name: 'Virtual home', zone },
    network: { allowLoopbackDevices: true },
    http: { host: '127.0.0.1', port: 0, names: [] },
    storage: {
      policy: 'balanced',
      retention: { rawDays: 7, minuteDays: 400 },
      backup: { keep: 3 },
      card: { writesPerCell: 300 },
    },
    log: { level: 'warn', format: 'json' },
    home: { gridMeter: 'meter-1' },
    devices: devices.map((device) => ({ ...device, enabled: true })),
    profiles: [],
    sources: [],
    sinks: [],
    uplinks: [],
    notifiers: [],
    switches: [],
    features: {},
  };
}
