import type { ConfigInputs, Interpretation, LoadedConfig } from '../../gateway/config/interpret.ts';
import { interpretConfig } from '../../gateway/config/interpret.ts';
import { usualSerialSettings, type SerialSettings } from '../../gateway/core/serial-lines.ts';
import { formatProblem } from '../../gateway/config/problem.ts';
import assert from 'node:assert';

const attachedHome = [
  { address: '127.0.0.1', prefixLength: 8, internal: true },
  { address: '192.168.1.10', prefixLength: 24, internal: false },
];

const deviceRules = {
  drivers: ['sungrow-hybrid', 'huawei-sun2000', 'eastron-sdm630'],
  serialLineOf: (driver: string): SerialSettings =>
    driver === 'eastron-sdm630' ? { ...usualSerialSettings, baudRate: 2_400 } : usualSerialSettings,
  transports: [
    { id: 'modbus-tcp', endpoint: 'host', needsLoggerSerial: false },
    { id: 'modbus-rtu', endpoint: 'serial', needsLoggerSerial: false },
    { id: 'solarman-v5', endpoint: 'host', needsLoggerSerial: true },
  ] as const,
  attached: attachedHome,
};

/** A build with three drivers, on a machine in 192.168.1.0/24, started with nothing. */
export const plainInputs: ConfigInputs = {
  sections: [],
  deviceRules,
  kinds: { sources: [], sinks: [], uplinks: [], notifiers: [], switches: [] },
  environment: {},
  commandLine: {},
  storedSettings: {},
  addedDevices: [],
  systemZone: 'Europe/Paris',
};

export async function load(text: string, inputs: Partial<ConfigInputs> = {}): Promise<LoadedConfig> {
  const { loaded, problems } = await interpretConfig(text, '/etc/egw.yaml', { ...plainInputs, ...inputs });
  assert(loaded !== undefined, problems?.map(formatProblem).join('\n'));
  return loaded;
}

/** The problems as lines, whether they are fatal or of what is left out. */
export async function problemsOf(
  text: string,
  inputs: Partial<ConfigInputs> = {},
): Promise<readonly string[]> {
  const result: Interpretation = await interpretConfig(text, '/etc/egw.yaml', { ...plainInputs, ...inputs });
  if (result.loaded === undefined) return result.problems.map(formatProblem);
  const { loaded } = result;
  const parts = [
    ...[loaded.quarantinedProfiles, loaded.quarantined, loaded.quarantinedSources],
    ...[loaded.quarantinedSinks, loaded.quarantinedUplinks],
    ...[loaded.quarantinedNotifiers, loaded.quarantinedSwitches],
  ];
  const problems = [...parts.flat().flatMap((part) => part.problems), ...loaded.leftOut];
  return problems.map(formatProblem);
}

export function deviceYaml(id: string, more = ''): string {
  return `  - id: ${id}
    driver: sungrow-hybrid
    transport: { kind: modbus-tcp, host: 192.168.1.20 }
${more}`;
}
