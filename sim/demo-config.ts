import { stringify } from 'yaml';

/** The simulated devices' ports on this machine, by id. */
export type DemoPorts = Readonly<Record<string, number>>;

const drivers: Readonly<Record<string, { readonly driver: string; readonly name: string }>> = {
  'inverter-1': { driver: 'sungrow-hybrid', name: 'South roof and battery' },
  'inverter-2': { driver: 'huawei-sun2000', name: 'West roof' },
  'meter-1': { driver: 'eastron-sdm630', name: 'Grid meter' },
};

/** The configuration file of the demo home: what a user would write for it. */
export function demoConfigText(ports: DemoPorts): string {
  const devices = Object.entries(ports).map(([id, port]) => ({
    id,
    ...drivers[id],
    transport: { kind: 'modbus-tcp', host: '127.0.0.1', port },
    period: '10s',
  }));
  const config = {
    site: { name: 'Demo home', zone: 'Europe/Paris', latitude: 45.76, longitude: 4.84 },
    network: { allowLoopbackDevices: true },
    home: { gridMeter: 'meter-1' },
    devices,
  };
  return `# The simulated home of \`npm start\`. It is written anew at each start.\n${stringify(config)}`;
}
