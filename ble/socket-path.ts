import { join } from 'node:path';

/** Of the gateway, beside its data: docs/configuration.md, `provisioning.socket`. */
const socketName = 'provision.sock';

/**
 * Where the gateway listens: `EGW_PROVISION_SOCKET`; else in the data directory, which is found as the gateway finds it
 * (`EGW_DATA_DIR`, `DATA_DIR`, the XDG Base Directory Specification 0.8).
 */
export function socketPath(environment: Readonly<Record<string, string | undefined>>, home: string): string {
  const { EGW_PROVISION_SOCKET: socket = '' } = environment;
  if (socket !== '') return socket;
  const { EGW_DATA_DIR: named = '', DATA_DIR: other = '', XDG_STATE_HOME: state = '' } = environment;
  if (named !== '') return join(named, socketName);
  if (other !== '') return join(other, socketName);
  return state.startsWith('/')
    ? join(state, 'egw', socketName)
    : join(home, '.local', 'state', 'egw', socketName);
}
