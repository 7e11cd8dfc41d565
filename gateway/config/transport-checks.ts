import { posix } from 'node:path';
import type { DeviceRules, TransportFacts } from './device-section.ts';
import { isMap } from '../core/is-map.ts';
import { valueAt } from './path.ts';
import type { ConfigPath } from './path.ts';
import type { ProblemPlaces } from './validate.ts';

export interface TransportFindings {
  readonly rules: DeviceRules;
  readonly places: ProblemPlaces;
  /** Whether simulators may stand on this machine. */
  readonly allowLoopback: boolean;
  /** `near` is where it was said, when the path itself is nowhere. */
  readonly report: (path: ConfigPath, message: string, hint: string, near?: ConfigPath) => void;
  readonly warn: (path: ConfigPath, message: string) => void;
}

const serialKeys = ['path', 'baudRate', 'parity', 'stopBits'] as const;
const hostKeys = ['host', 'port'] as const;
const allKeys: readonly string[] = [...hostKeys, 'loggerSerial', ...serialKeys];
/** Modbus over Serial Line V1.02, section 2.2. */
const serialUnitMax = 247;
/** Over the network, the device itself. */
const ownUnit = 255;
/** Numbered in the order in which they were plugged in, or found. */
const passingName = /^\/dev\/tty(USB|ACM)\d+$/;

/** Whether a device's transport gives what its kind needs and nothing else, and its unit fits the kind. */
export function checkTransport(device: unknown, at: ConfigPath, findings: TransportFindings): void {
  const transport = valueAt(device, ['transport']);
  const kind = findings.rules.transports.find(({ id }) => id === valueAt(transport, ['kind']));
  if (kind === undefined || !isMap(transport)) return;
  const path = [...at, 'transport'];
  checkKeys(transport, kind, path, findings);
  const line = transport['path'];
  if (kind.endpoint === 'serial' && typeof line === 'string' && line !== '')
    checkLine(line, [...path, 'path'], findings);
  checkUnit(valueAt(device, ['unit']), kind, [...at, 'unit'], findings);
}

function checkKeys(
  transport: Readonly<Record<string, unknown>>,
  kind: TransportFacts,
  at: ConfigPath,
  { report }: TransportFindings,
): void {
  const network: readonly string[] = kind.needsLoggerSerial ? [...hostKeys, 'loggerSerial'] : hostKeys;
  const allowed = kind.endpoint === 'serial' ? serialKeys : network;
  const needed = [
    kind.endpoint === 'serial' ? 'path' : 'host',
    ...(kind.needsLoggerSerial ? ['loggerSerial'] : []),
  ];
  for (const key of needed) {
    if (transport[key] === undefined) report([...at, key], 'is missing', missingHints[key] ?? 'add it', at);
  }
  for (const key of Object.keys(transport)) {
    if (!allKeys.includes(key) || allowed.some((name) => name === key)) continue;
    report([...at, key], `does not belong to ${kind.id}`, `${kind.id} takes ${allowed.join(', ')}`);
  }
}

const missingHints: Readonly<Record<string, string>> = {
  host: 'add it: name or address of the device, its converter or its logger',
  path: 'add it: the serial adapter, such as one of those that ls /dev/serial/by-id/ shows',
  loggerSerial: 'add it: the number printed on the logger stick, not that of the inverter',
};

function checkLine(line: string, path: ConfigPath, findings: TransportFindings): void {
  const { report, warn, places, allowLoopback } = findings;
  const shown = places.show(path, line);
  const hint = 'use a path such as /dev/serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0';
  if (!posix.isAbsolute(line) || posix.normalize(line) !== line || line.includes('\0')) {
    report(path, `must be an absolute path without detours, not ${shown}`, hint);
  } else if (!allowLoopback && !line.startsWith('/dev/')) {
    report(path, `must be under /dev/, not ${shown}`, hint);
  } else if (passingName.test(line)) {
    warn(
      path,
      `${shown} may be another adapter after a restart; its name under /dev/serial/by-id stays the same`,
    );
  }
}

/** Below 1 and above 255 the schema has refused it. */
function checkUnit(unit: unknown, kind: TransportFacts, path: ConfigPath, findings: TransportFindings): void {
  if (typeof unit !== 'number' || unit <= serialUnitMax || unit > ownUnit) return;
  const mayBeOwn = kind.endpoint === 'host';
  if (mayBeOwn && unit === ownUnit) return;
  const limit = mayBeOwn
    ? `from 1 to ${serialUnitMax}, or ${ownUnit}`
    : `from 1 to ${serialUnitMax} on a serial line`;
  const shown = findings.places.show(path, unit);
  findings.report(
    path,
    `must be ${limit}, not ${shown}`,
    'it is set in the device; most leave the works with 1',
  );
}
