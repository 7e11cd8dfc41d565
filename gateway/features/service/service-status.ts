import { managerInUse, type GatewayWord, type ServiceParts } from './service-host.ts';
import type { ServiceManager, ServiceState } from './managed-service.ts';

export interface ServiceStatus extends ServiceState {
  readonly manager: ServiceManager['name'];
  readonly scope: ServiceManager['scope'];
  readonly service: string;
  readonly file: string;
  /** null when nobody says. */
  readonly dataDirectory: string | null;
  readonly gateway: GatewayWord;
}

/** Errors: `not_found` when none is installed, `service_manager_missing`, `service_failed`. */
export async function serviceStatus(parts: ServiceParts): Promise<ServiceStatus> {
  const manager = managerInUse(parts);
  const { name, scope, service, file } = manager;
  const state = await manager.state();
  const dataDirectory = (await manager.variables())?.['EGW_DATA_DIR'] ?? null;
  const gateway =
    dataDirectory === null
      ? { refusal: 'its data directory is not known' }
      : await parts.askGateway(dataDirectory);
  return { manager: name, scope, service, file, ...state, dataDirectory, gateway };
}
