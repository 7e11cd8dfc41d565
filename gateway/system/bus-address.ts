import { existsSync } from 'node:fs';

/** Where containers of balena see the bus of their machine, and where everybody else does. */
const sockets = ['/host/run/dbus/system_bus_socket', '/run/dbus/system_bus_socket'];

/** The address of the machine's bus: what the environment says, else where it usually is. */
export function systemBusAddress(environment: Readonly<Record<string, string | undefined>>): string {
  const given = environment['DBUS_SYSTEM_BUS_ADDRESS'] ?? '';
  if (given !== '') return given;
  const found = sockets.find((path) => existsSync(path)) ?? sockets.at(-1) ?? '';
  return `unix:path=${found}`;
}
