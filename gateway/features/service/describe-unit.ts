import { GatewayError } from '../../core/errors.ts';
import type { Account, ServiceParts } from './service-host.ts';
import type { ServiceScope, ServiceUnit } from './service-unit.ts';
import { ownStateDirectory } from './systemd-unit.ts';

/** Groups that own serial lines, buses and 1-wire on Debian and Raspberry Pi OS. */
const deviceGroups = ['dialout', 'i2c', 'gpio', 'spi'];

/** Folders that a service with a user of its own cannot see: systemd.exec(5), ProtectHome and PrivateTmp. */
const hiddenFolders = /^\/(home|root|run\/user|tmp|var\/tmp)\//;

export interface NamedAccount extends Account {
  readonly name: string;
}

/** Whose rights a service of the machine gets: as told, or of who called sudo. Errors: `input_invalid`. */
export async function accountFor(
  parts: ServiceParts,
  scope: ServiceScope,
  told: string | undefined,
): Promise<NamedAccount | undefined> {
  if (scope === 'user') {
    if (told === undefined || told === parts.host.userName) return undefined;
    throw new GatewayError('input_invalid', `only root can install a service that runs as ${told}`, {
      hint: `sudo egw service install --as ${told}`,
    });
  }
  const { SUDO_USER: caller } = parts.host.environment;
  const name = told ?? (caller === undefined || caller === '' || caller === 'root' ? undefined : caller);
  return name === undefined ? undefined : await findAccount(parts, name);
}

/** Errors: `input_invalid` when something of it cannot be in a unit, or cannot be seen by the service. */
export async function describeUnit(
  parts: ServiceParts,
  scope: ServiceScope,
  account: NamedAccount | undefined,
): Promise<ServiceUnit> {
  const { host } = parts;
  const isOwnUser = scope === 'system' && account === undefined;
  if (isOwnUser) assertOwnUserCan(host);
  const unit: ServiceUnit = {
    program: host.program,
    dataDirectory: isOwnUser ? ownStateDirectory : dataDirectoryOf(parts, account),
    ...configFileOf(host.environment['EGW_CONFIG']),
    scope,
    ...(account !== undefined && { account: account.name }),
    groups: scope === 'system' && host.platform === 'linux' ? await groupsHere(parts) : [],
  };
  for (const path of [...unit.program, unit.dataDirectory, unit.configFile ?? '/']) assertPath(path);
  return unit;
}

async function findAccount(parts: ServiceParts, name: string): Promise<NamedAccount> {
  // As useradd(8) takes names: nothing that a unit, or the programs that are asked, would read as more than one.
  if (!/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/.test(name)) throw unknownAccount(name);
  const account =
    parts.host.platform === 'darwin' ? await askDirectory(parts, name) : await askPasswd(parts, name);
  if (account === undefined) throw unknownAccount(name);
  return { name, ...account };
}

/** getent(1): `pi:x:1000:1000:,,,:/home/pi:/bin/bash`. */
async function askPasswd({ programs }: ServiceParts, name: string): Promise<Account | undefined> {
  const { output } = await programs.run({ program: 'getent', args: ['passwd', name] });
  const [, id, home] = /^[^:]*:[^:]*:(\d+):[^:]*:[^:]*:(\/[^:]*):/.exec(output) ?? [];
  return id === undefined || home === undefined ? undefined : { userId: Number(id), home };
}

/** dscl(1): lines of `UniqueID: 501` and `NFSHomeDirectory: /Users/ann`. */
async function askDirectory({ programs }: ServiceParts, name: string): Promise<Account | undefined> {
  const args = ['.', '-read', `/Users/${name}`, 'UniqueID', 'NFSHomeDirectory'];
  const { output } = await programs.run({ program: 'dscl', args });
  const id = /^UniqueID: (\d+)$/m.exec(output)?.[1];
  const home = /^NFSHomeDirectory: (\/.*)$/m.exec(output)?.[1];
  return id === undefined || home === undefined ? undefined : { userId: Number(id), home };
}

function unknownAccount(name: string): GatewayError {
  return new GatewayError('input_invalid', `this machine has no user ${JSON.stringify(name)}`, {
    hint: 'name one that it has: egw service install --as NAME',
  });
}

/** Those of the groups that this machine has: a unit that names another one does not start. */
async function groupsHere(parts: ServiceParts): Promise<readonly string[]> {
  const { output } = await parts.programs.run({ program: 'getent', args: ['group', ...deviceGroups] });
  const there = new Set(output.split('\n').map((line) => line.split(':')[0]));
  return deviceGroups.filter((group) => there.has(group));
}

function dataDirectoryOf(parts: ServiceParts, account: NamedAccount | undefined): string {
  const { environment } = parts.host;
  if (account === undefined || (environment['EGW_DATA_DIR'] ?? '') !== '')
    return parts.defaultDataDirectory(environment);
  return parts.defaultDataDirectory({ HOME: account.home });
}

function configFileOf(path: string | undefined): Pick<ServiceUnit, 'configFile'> {
  return path === undefined || path === '' ? {} : { configFile: path };
}

function assertOwnUserCan({ program, environment, platform }: ServiceParts['host']): void {
  const hint = 'say who it is to run as: egw service install --as NAME';
  if (platform === 'darwin') throw new GatewayError('input_invalid', 'it should not run as root', { hint });
  const data = environment['EGW_DATA_DIR'] ?? '';
  if (data !== '' && data !== ownStateDirectory) {
    throw new GatewayError(
      'input_invalid',
      `a service without a user of its own cannot have its data in ${data}`,
      {
        hint: `${hint}; or leave EGW_DATA_DIR out, and they are in ${ownStateDirectory}`,
      },
    );
  }
  const hidden = program.find((path) => hiddenFolders.test(path));
  if (hidden === undefined) return;
  throw new GatewayError('input_invalid', `a service without a user of its own cannot see ${hidden}`, {
    hint: `${hint}; or put the program into /opt/egw`,
  });
}

function assertPath(path: string): void {
  // Control characters have no form in a unit, and none in XML.
  if (path.startsWith('/') && !/\p{Cc}/u.test(path)) return;
  throw new GatewayError('input_invalid', `${JSON.stringify(path)} cannot stand in a unit`, {
    hint: 'give a path that begins with / and is one line',
  });
}
