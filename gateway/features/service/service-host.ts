import type { Clock } from '../../core/clock.ts';
import type { Disk } from '../../core/disk.ts';
import { GatewayError } from '../../core/errors.ts';
import type { Programs } from '../../core/programs.ts';
import { createLaunchd } from './launchd.ts';
import type { ServiceManager } from './managed-service.ts';
import type { ServiceScope } from './service-unit.ts';
import { createSystemd } from './systemd.ts';

/** The machine, and who asks. */
export interface ServiceHost {
  /** As Node names it: `linux`, `darwin`. */
  readonly platform: string;
  /** Whether systemd runs this machine: sd_booted(3). */
  readonly isSystemdBooted: boolean;
  readonly isContainer: boolean;
  readonly userId: number;
  readonly userName: string;
  readonly home: string;
  /** How this gateway is started: Node, and the file that it runs. Absolute. */
  readonly program: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Permission bits; undefined when there is no such file. */
  fileMode(path: string): number | undefined;
}

export interface ServiceParts {
  readonly host: ServiceHost;
  readonly programs: Programs;
  readonly disk: Disk;
  readonly clock: Clock;
  /** The data directory for whoever asks, where none is named. */
  defaultDataDirectory(environment: ServiceHost['environment']): string;
  /** The gateway that runs on these data. */
  askGateway(dataDirectory: string): Promise<GatewayWord>;
}

/** What the gateway itself says, or why it says nothing. */
export type GatewayWord =
  | { readonly status: string; readonly version: string; readonly uptimeMs: number }
  | { readonly refusal: string };

/** The manager for whoever asks: root's is for the machine. Errors: `service_manager_missing`. */
export function ownManager(parts: ServiceParts, mayBeAbsent = false): ServiceManager {
  return managerOf(parts, parts.host.userId === 0 ? 'system' : 'user', mayBeAbsent);
}

/**
 * The manager that has the service: one's own, or else that of the machine. Errors: `service_manager_missing`,
 * `not_found` when neither has it.
 */
export function managerInUse(parts: ServiceParts): ServiceManager {
  const own = ownManager(parts);
  const places = own.scope === 'system' ? [own] : [own, managerOf(parts, 'system')];
  const found = places.find(({ file }) => parts.disk.readText(file) !== undefined);
  if (found !== undefined) return found;
  throw new GatewayError('not_found', `no service is installed: there is no ${own.file}`, {
    hint: 'install it with: egw service install',
  });
}

/** The manager that whoever asks does not install to, where the service must not be as well. */
export function otherManager(parts: ServiceParts, account: Account | undefined): ServiceManager | undefined {
  const { host } = parts;
  if (host.userId !== 0) return managerOf(parts, 'system', true);
  return account === undefined
    ? undefined
    : managerOf({ ...parts, host: { ...host, ...account } }, 'user', true);
}

export interface Account {
  readonly userId: number;
  readonly home: string;
}

function managerOf(
  { host, programs, clock }: ServiceParts,
  scope: ServiceScope,
  mayBeAbsent = false,
): ServiceManager {
  if (host.platform === 'darwin') return createLaunchd({ ...host, scope }, programs, clock);
  const isThere = host.platform === 'linux' && (host.isSystemdBooted || mayBeAbsent);
  if (isThere) return createSystemd(scope, host.home, programs);
  throw noManager(host);
}

function noManager({ platform, isContainer }: ServiceHost): GatewayError {
  const what =
    platform === 'linux' ? 'systemd does not run this machine' : `${platform} has no systemd or launchd`;
  const hint = isContainer
    ? 'this is a container: let it start the gateway itself (egw start), and its restart policy start it again, as docker-compose.yml does'
    : 'let what supervises programs here run: egw start';
  return new GatewayError('service_manager_missing', what, { hint });
}
