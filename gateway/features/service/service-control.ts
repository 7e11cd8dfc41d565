import { commandLineOf } from '../../core/programs.ts';
import type { ServiceChange } from './install-service.ts';
import { runProgram } from './run-program.ts';
import { managerInUse, type ServiceParts } from './service-host.ts';
import type { ServiceManager, ServiceState } from './managed-service.ts';

/** Starts the service; one that runs is left as it is. Errors: `not_found`, `service_manager_missing`, `service_failed`. */
export async function startService(parts: ServiceParts): Promise<ServiceChange> {
  const manager = managerInUse(parts);
  const state = await manager.state();
  return await control(parts, manager, state.isRunning ? undefined : manager.startCall(state));
}

/** Stops it until it is started, or the machine is. One that does not run is left as it is. Errors: as above. */
export async function stopService(parts: ServiceParts): Promise<ServiceChange> {
  const manager = managerInUse(parts);
  const state = await manager.state();
  return await control(parts, manager, isStopped(state) ? undefined : manager.stopCall);
}

/** Waiting to be started anew is not stopped. */
function isStopped({ isLoaded, isRunning, word }: ServiceState): boolean {
  return !isLoaded || (!isRunning && (word === 'dead' || word === 'failed'));
}

async function control(
  { programs }: ServiceParts,
  { service, file }: ServiceManager,
  call: ServiceManager['stopCall'] | undefined,
): Promise<ServiceChange> {
  if (call !== undefined) await runProgram(programs, call);
  const steps = call === undefined ? [] : [commandLineOf(call)];
  return { service, file, changed: call !== undefined, steps, notes: [] };
}
