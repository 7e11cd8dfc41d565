import { isIn, type Finding, type Rule } from './rule.ts';
import type { SourceFile } from './source-file.ts';

/** Who may import a package in code that ships. A package that is not here may not be imported. */
const packageOwners: Readonly<Record<string, readonly string[]>> = {
  '@homebridge/dbus-native': ['gateway/system/'],
  '@peculiar/x509': ['gateway/system/'],
  '@stoprocent/bleno': ['ble/radio/'],
  '@stoprocent/noble': ['ble/tester/'],
  ajv: ['gateway/config/', 'gateway/faces/commands/'],
  'better-sqlite3': ['gateway/storage/', 'gateway/io/imports/'],
  'bonjour-service': ['gateway/system/'],
  'discord.js': ['gateway/faces/discord/'],
  fastify: ['gateway/faces/rest/'],
  'i2c-bus': ['gateway/io/i2c-bus.ts'],
  'modbus-serial': ['gateway/io/transports/'],
  'lean-qr': ['gateway/features/provisioning/'],
  mqtt: ['gateway/io/mqtt/', 'gateway/io/uplinks/', 'modbus-sim/services/'],
  nodemailer: ['gateway/io/notifiers/'],
  pg: ['gateway/io/sinks/'],
  pino: ['gateway/system/'],
  protobufjs: ['gateway/io/sinks/'],
  'reflect-metadata': ['gateway/system/'],
  serialport: ['gateway/system/'],
  tweetnacl: ['ble/', 'verify/'],
  typebox: ['gateway/config/', 'gateway/features/', 'gateway/faces/'],
  uplot: ['gateway/faces/web/'],
  ws: ['gateway/faces/rest/', 'modbus-sim/services/'],
  yaml: ['gateway/config/'],
};

/** Node's modules that reach outside the process, and who may use them in code that ships. */
const nodeOwners: Readonly<Record<string, readonly string[]>> = {
  'node:child_process': ['sim/', 'gateway/system/real-programs.ts', 'gateway/system/started-job.ts'],
  'node:cluster': [],
  'node:dgram': ['gateway/system/', 'modbus-sim/services/'],
  'node:dns': ['gateway/system/'],
  'node:dns/promises': ['gateway/system/'],
  'node:http': ['gateway/system/', 'gateway/faces/', 'modbus-sim/', 'sim/demo-members.ts'],
  'node:http2': [],
  'node:https': ['gateway/system/', 'gateway/faces/cli/', 'modbus-sim/'],
  'node:net': [
    'ble/gateway-link/',
    'gateway/system/',
    'gateway/config/',
    'gateway/faces/cli/',
    'gateway/faces/rest/',
    'gateway/faces/modbus-proxy/',
    'gateway/faces/nearby/',
    'modbus-sim/',
  ],
  'node:tls': ['gateway/system/', 'gateway/io/', 'gateway/faces/cli/', 'modbus-sim/'],
  'node:timers': ['gateway/system/', 'sim/'],
  'node:timers/promises': ['gateway/system/', 'sim/'],
  'node:vm': [],
  'node:worker_threads': ['gateway/engine/', 'gateway/storage/', 'gateway/faces/discord/', 'sim/'],
};

const shipped = /^(gateway|ble|modbus-sim|verify|sim)\//;

export const owners: Rule = {
  title: 'each package, and each module that reaches outside, is imported by its owner alone',
  check: (files) => files.filter(({ path }) => shipped.test(path)).flatMap(checkFile),
  canaries: [
    {
      files: { 'gateway/features/a/b.ts': "import Database from 'better-sqlite3';" },
      finds: ['gateway/features/a/b.ts:1'],
    },
    {
      files: { 'gateway/faces/rest/a.ts': "import type { Ajv } from 'ajv';" },
      finds: ['gateway/faces/rest/a.ts:1'],
    },
    {
      files: { 'gateway/io/drivers/a.ts': "await import('left-pad/x');" },
      finds: ['gateway/io/drivers/a.ts:1'],
    },
    {
      files: { 'gateway/system/a.ts': "import { exec } from 'node:child_process';" },
      finds: ['gateway/system/a.ts:1'],
    },
    {
      files: { 'gateway/system/a.ts': "import { readFileSync } from 'fs';" },
      finds: ['gateway/system/a.ts:1'],
    },
  ],
};

/** The names of the packages that code that ships imports. */
export function packagesOf(files: readonly SourceFile[]): ReadonlySet<string> {
  const names = files
    .filter(({ path }) => shipped.test(path))
    .flatMap(({ imports }) => imports.map(({ specifier }) => packageName(specifier)));
  return new Set(names.filter((name) => name !== undefined));
}

export const ownedPackages: readonly string[] = Object.keys(packageOwners);

function checkFile(file: SourceFile): Finding[] {
  return file.imports.flatMap(({ specifier, line }) => {
    const name = packageName(specifier);
    const allowed = name === undefined ? nodeOwners[specifier] : (packageOwners[name] ?? []);
    if (allowed === undefined || isIn(file.path, allowed)) return [];
    const whose = allowed.length === 0 ? 'has no owner' : `belongs to ${allowed.join(', ')}`;
    return [{ path: file.path, line, what: `${specifier} ${whose}` }];
  });
}

function packageName(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('/') || specifier.startsWith('node:'))
    return undefined;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
