import { errorCodeOf } from '../../core/errors.ts';
import { describeUnit, accountFor } from './describe-unit.ts';
import { envFileOf } from './install-notes.ts';
import { managerInUse, ownManager, type ServiceParts } from './service-host.ts';
import type { ServiceManager } from './managed-service.ts';
import { unitVariables } from './service-unit.ts';
import { shownValue, variablesLeftBehind } from './service-variables.ts';

/** What the service gets to see, and what is wrong with it. */
export interface ServiceCheck {
  readonly installed: boolean;
  readonly service: string;
  readonly file: string;
  /** Secrets hidden. */
  readonly variables: readonly { readonly name: string; readonly value: string; readonly from: string }[];
  readonly problems: readonly string[];
}

interface EnvFile {
  readonly variables: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

export interface CheckPorts {
  /** Names of the gateway's variables that are no secrets. */
  readonly settings: ReadonlySet<string>;
  /** The variables of a file of `NAME=value` lines, and what is wrong with it. */
  readVariables(text: string): EnvFile;
}

/** The environment of the service that is installed, or of the one that would be. Errors: those of installing it. */
export async function checkService(parts: ServiceParts, ports: CheckPorts): Promise<ServiceCheck> {
  const { manager, isInstalled } = findManager(parts);
  const given =
    (isInstalled ? await manager.variables() : undefined) ?? (await plannedVariables(parts, manager));
  const envFile = envFileOf({ dataDirectory: given['EGW_DATA_DIR'] ?? '' });
  const filed = readEnvFile(parts, envFile, ports);
  // A variable of the unit wins over the same of the file.
  const merged = new Map([
    ...Object.entries(filed.variables).map(([name, value]) => [name, { value, from: envFile }] as const),
    ...Object.entries(given).map(([name, value]) => [name, { value, from: manager.file }] as const),
  ]);
  const service = Object.fromEntries([...merged].map(([name, { value }]) => [name, value]));
  const left = variablesLeftBehind(parts.host.environment, service);
  return {
    installed: isInstalled,
    service: manager.service,
    file: manager.file,
    variables: [...merged]
      .map(([name, { value, from }]) => ({ name, value: shownValue(name, value, ports.settings), from }))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    problems: [
      ...parts.host.program
        .filter((path) => parts.host.fileMode(path) === undefined)
        .map((path) => `there is no ${path}`),
      ...filed.problems,
      ...left.map(
        (name) => `${name} is set here, and not, or otherwise, for the service: write it into ${envFile}`,
      ),
    ],
  };
}

function findManager(parts: ServiceParts): {
  readonly manager: ServiceManager;
  readonly isInstalled: boolean;
} {
  try {
    return { manager: managerInUse(parts), isInstalled: true };
  } catch (error) {
    if (errorCodeOf(error) !== 'not_found') throw error;
    return { manager: ownManager(parts), isInstalled: false };
  }
}

async function plannedVariables(
  parts: ServiceParts,
  { scope }: ServiceManager,
): Promise<Readonly<Record<string, string>>> {
  return unitVariables(await describeUnit(parts, scope, await accountFor(parts, scope, undefined)));
}

function readEnvFile({ disk, host }: ServiceParts, path: string, ports: CheckPorts): EnvFile {
  let text: string | undefined;
  try {
    text = disk.readText(path);
  } catch (error) {
    if (errorCodeOf(error) !== 'config_unreadable') throw error;
    return {
      variables: {},
      problems: [`${path} cannot be read by who asks: its variables are missing here`],
    };
  }
  if (text === undefined) return { variables: {}, problems: [] };
  const isOpen = ((host.fileMode(path) ?? 0) & 0o077) !== 0;
  const { variables, problems } = ports.readVariables(text);
  const openProblems = isOpen ? [`others on this machine can read ${path}: chmod 600 ${path}`] : [];
  return { variables, problems: [...openProblems, ...problems.map((problem) => `${path}: ${problem}`)] };
}
