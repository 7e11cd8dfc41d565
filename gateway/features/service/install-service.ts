import type { Disk } from '../../core/disk.ts';
import { GatewayError } from '../../core/errors.ts';
import { commandLineOf } from '../../core/programs.ts';
import { accountFor, describeUnit, type NamedAccount } from './describe-unit.ts';
import { installNotes, otherGatewayNotes } from './install-notes.ts';
import { runProgram } from './run-program.ts';
import { otherManager, ownManager, type ServiceParts } from './service-host.ts';
import type { ServiceManager, ServiceState, ServiceStep } from './managed-service.ts';
import { isSealed } from './unit-seal.ts';

export interface InstallWish {
  /** Nothing is done: what would be is said. */
  readonly isDryRun: boolean;
  /** A file that somebody has changed is replaced, and kept beside. */
  readonly isForced: boolean;
  /** Whose rights it gets. */
  readonly account?: string;
}

/** What was done, or would be. */
export interface ServiceChange {
  readonly service: string;
  readonly file: string;
  readonly changed: boolean;
  /** As one would type it. */
  readonly steps: readonly string[];
  /** What a person should know besides. */
  readonly notes: readonly string[];
  /** The unit, where it was asked for only. */
  readonly unit?: string;
}

/**
 * Makes the gateway a service that runs now and from each start of the machine on; doing it again changes nothing.
 * Errors: `already_exists` for a unit that is not as we wrote it, or is the service of another manager;
 * `service_manager_missing`, `service_failed`, `input_invalid`.
 */
export async function installService(parts: ServiceParts, wish: InstallWish): Promise<ServiceChange> {
  const manager = ownManager(parts, wish.isDryRun);
  const account = await accountFor(parts, manager.scope, wish.account);
  assertOnlyOne(parts, account);
  const unit = await describeUnit(parts, manager.scope, account);
  const text = manager.unitText(unit);
  const before = parts.disk.readText(manager.file);
  const isOthers = before !== undefined && before !== text && !isSealed(before);
  if (isOthers && !wish.isForced) throw changedByHand(manager.file);
  const isChanged = before !== text;
  const state = await stateOf(manager, wish.isDryRun);
  const steps: readonly ServiceStep[] = [
    ...(isOthers ? [writeStep(keptName(manager.file), before)] : []),
    ...(isChanged ? [writeStep(manager.file, text)] : []),
    ...manager.installCalls(isChanged, state).map((call) => ({ kind: 'run', call }) as const),
  ];
  const others = state?.isRunning === true ? [] : await otherGatewayNotes(parts, unit);
  if (!wish.isDryRun) await take(parts, steps);
  return {
    ...changeOf(manager, steps),
    notes: [...others, ...(await installNotes(parts, unit, manager))],
    ...(wish.isDryRun && { unit: text }),
  };
}

/**
 * Stops the service and takes it away; the data stay. A unit that is not as we wrote it is kept beside. There being
 * none is fine. Errors: `service_manager_missing`, `service_failed`.
 */
export async function uninstallService(parts: ServiceParts, isDryRun: boolean): Promise<ServiceChange> {
  const manager = ownManager(parts, isDryRun);
  const before = parts.disk.readText(manager.file);
  if (before === undefined) return { ...changeOf(manager, []), notes: [`there is no ${manager.file}`] };
  const data = await dataNote(manager, isDryRun);
  const isLoaded = isDryRun || manager.name === 'systemd' || (await manager.state()).isLoaded;
  const { before: first, after } = manager.uninstallCalls;
  const steps: readonly ServiceStep[] = [
    ...(isLoaded ? first : []).map((call) => ({ kind: 'run', call }) as const),
    ...(isSealed(before) ? [] : [writeStep(keptName(manager.file), before)]),
    { kind: 'remove', path: manager.file },
    ...after.map((call) => ({ kind: 'run', call }) as const),
  ];
  if (!isDryRun) await take(parts, steps);
  return { ...changeOf(manager, steps), notes: data };
}

async function dataNote(manager: ServiceManager, isDryRun: boolean): Promise<readonly string[]> {
  const directory = isDryRun ? undefined : (await manager.variables())?.['EGW_DATA_DIR'];
  return directory === undefined ? [] : [`the data stay in ${directory}`];
}

/** What would be done can be said where no manager answers, too. */
async function stateOf(manager: ServiceManager, isDryRun: boolean): Promise<ServiceState | undefined> {
  try {
    return await manager.state();
  } catch (error) {
    if (isDryRun) return undefined;
    throw error;
  }
}

/** Errors: as above; what was done before one stays done, and the next try goes on from there. */
async function take({ disk, programs }: ServiceParts, steps: readonly ServiceStep[]): Promise<void> {
  for (const step of steps) {
    if (step.kind === 'run') await runProgram(programs, step.call);
    else changeFile(disk, step);
  }
}

function changeFile(disk: Disk, step: Exclude<ServiceStep, { readonly kind: 'run' }>): void {
  try {
    // Units are read by everybody: nothing secret stands in them.
    if (step.kind === 'write') disk.writeText(step.path, step.text, 0o644);
    else disk.remove(step.path);
  } catch (cause) {
    if (!(cause instanceof GatewayError)) throw cause;
    throw new GatewayError('service_failed', cause.message, {
      hint: 'see whose folder that is, and whether there is room on its disk',
      cause,
    });
  }
}

function changeOf(
  { service, file }: ServiceManager,
  steps: readonly ServiceStep[],
): Omit<ServiceChange, 'notes' | 'unit'> {
  return { service, file, changed: steps.length > 0, steps: steps.map(stepText) };
}

function stepText(step: ServiceStep): string {
  return step.kind === 'run' ? commandLineOf(step.call) : `${step.kind} ${step.path}`;
}

function writeStep(path: string, text: string): ServiceStep {
  return { kind: 'write', path, text };
}

function keptName(file: string): string {
  return `${file}.before`;
}

function assertOnlyOne(parts: ServiceParts, account: NamedAccount | undefined): void {
  const other = otherManager(parts, account);
  if (other === undefined || parts.disk.readText(other.file) === undefined) return;
  const [whose, how] =
    other.scope === 'system'
      ? ['this machine', 'sudo egw']
      : [account?.name ?? 'this user', 'as that user: egw'];
  throw new GatewayError('already_exists', `${whose} has the service already: ${other.file}`, {
    hint: `two gateways cannot share their data; remove that one first, ${how} service uninstall`,
  });
}

function changedByHand(file: string): GatewayError {
  return new GatewayError('already_exists', `${file} is not as egw service install wrote it`, {
    hint: `--force writes it anew, and keeps this one as ${keptName(file)}`,
  });
}
