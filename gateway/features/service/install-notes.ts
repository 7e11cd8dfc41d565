import type { ServiceParts } from './service-host.ts';
import type { ServiceManager } from './managed-service.ts';
import { unitVariables, type ServiceUnit } from './service-unit.ts';
import { ownStateDirectory } from './systemd-unit.ts';
import { variablesLeftBehind } from './service-variables.ts';

/** What somebody who installs the service should know, and may not expect. */
export async function installNotes(
  parts: ServiceParts,
  unit: ServiceUnit,
  manager: ServiceManager,
): Promise<readonly string[]> {
  const left = variablesLeftBehind(parts.host.environment, unitVariables(unit));
  const isAbsent = manager.name === 'systemd' && !parts.host.isSystemdBooted;
  return [
    ...(isAbsent ? ['systemd does not run this machine: this is what it would be on one where it does'] : []),
    ...(unit.dataDirectory === ownStateDirectory
      ? [`ask it with: sudo EGW_DATA_DIR=${ownStateDirectory} egw status`]
      : []),
    ...left.map((name) => `${name} is set here, and not for the service: write it into ${envFileOf(unit)}`),
    ...(unit.program.some((path) => path.endsWith('.ts'))
      ? ['the program is not built: it starts faster and takes less memory after npm run build']
      : []),
    ...(parts.host.platform === 'darwin' ? guardedFolderNotes(unit, parts.host.home) : []),
    ...(await lingerNotes(parts, manager)),
  ];
}

/** Somebody started one by hand: the service tries again and again until it can have the data. */
export async function otherGatewayNotes(
  { askGateway }: Pick<ServiceParts, 'askGateway'>,
  { dataDirectory }: ServiceUnit,
): Promise<readonly string[]> {
  if ('refusal' in (await askGateway(dataDirectory))) return [];
  return [`a gateway runs on ${dataDirectory} already: end it, and the service takes over`];
}

/** Where secrets of the service belong. */
export function envFileOf({ dataDirectory }: Pick<ServiceUnit, 'dataDirectory'>): string {
  return `${dataDirectory}/.env`;
}

/** macOS keeps programs without the owner's consent out of these, and a service has nobody to ask. */
function guardedFolderNotes({ program, dataDirectory }: ServiceUnit, home: string): readonly string[] {
  const guarded = ['Documents', 'Desktop', 'Downloads', 'Library/Mobile Documents'].map(
    (name) => `${home}/${name}/`,
  );
  return [...program, `${dataDirectory}/`]
    .filter((path) => guarded.some((folder) => path.startsWith(folder)))
    .map(
      (path) => `macOS may not let a service read ${path}: move it out of Documents, Desktop and Downloads`,
    );
}

/** A session of a user who is not logged in does not run, unless it lingers: loginctl(1). */
async function lingerNotes(
  { host, programs }: ServiceParts,
  manager: ServiceManager,
): Promise<readonly string[]> {
  if (manager.name === 'launchd')
    return manager.scope === 'user'
      ? ['it runs while you are logged in; from the start of the machine: sudo egw service install']
      : [];
  if (manager.scope === 'system') return [];
  const call = { program: 'loginctl', args: ['show-user', host.userName, '--property=Linger'] };
  const { output } = await programs.run(call);
  if (output.trim() === 'Linger=yes') return [];
  return [
    `it runs while you are logged in; from the start of the machine: sudo loginctl enable-linger ${host.userName}`,
  ];
}
