import { GatewayError } from '../../core/errors.ts';
import { BusError } from '../system-bus.ts';

const container = 'in a container share /run/dbus of the machine with it';
const absent = /\.(ServiceUnknown|NameHasNoOwner|Spawn\..*|Disconnected|FileNotFound|NoServer)$/;
const forbidden =
  /\.(AccessDenied|AuthFailed|InteractiveAuthorizationRequired|NotPrivileged|PermissionDenied)$/;

/** What the bus or NetworkManager refused, in our words; anything else as it is. */
export function managerRefusal(error: unknown): unknown {
  if (!(error instanceof BusError)) return error;
  const { errorName, message, hint } = error;
  if (errorName === '') {
    return new GatewayError('wifi_missing', `NetworkManager cannot be asked: ${message}`, {
      hint: hint ?? `let NetworkManager run on the machine; ${container}`,
      cause: error,
    });
  }
  if (absent.test(errorName)) {
    return new GatewayError('wifi_missing', 'NetworkManager does not run on this machine', {
      hint: `install it, and start it: systemctl start NetworkManager; ${container}`,
      cause: error,
    });
  }
  if (forbidden.test(errorName)) {
    return new GatewayError('wifi_forbidden', 'NetworkManager does not let this user change networks', {
      hint: 'allow it the user of the gateway by polkit (org.freedesktop.NetworkManager.*), or run the gateway as root',
      cause: error,
    });
  }
  return new GatewayError('wifi_failed', `NetworkManager refused: ${message.slice(0, 300)}`, {
    hint: 'try again; the log of NetworkManager says more',
    cause: error,
  });
}

/** Whether an object went away between two questions, as access points do. */
export function isGone(error: unknown): boolean {
  return (
    error instanceof BusError &&
    /\.(UnknownObject|UnknownMethod|UnknownInterface|UnknownConnection)$/.test(error.errorName)
  );
}
