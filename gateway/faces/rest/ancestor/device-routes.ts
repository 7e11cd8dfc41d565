import { ok, statusError, type AncestorRequest, type AncestorRoute } from './ancestor-route.ts';
import { describeDevice, describeDevices } from './described-device.ts';
import { connections, deviceFromConfiguration } from './device-configuration.ts';
import { textField } from './field-values.ts';
import { findDevice, listDevices } from './find-device.ts';
import { describeSchema } from './self-documentation.ts';

const listConnections: AncestorRoute = {
  method: 'GET',
  path: '/api/connections',
  scope: 'read',
  summary: 'The configurations of the devices',
  returns: { connections: 'array - configurations, as POST /api/device takes them' },
  answer: async (request) => ok({ connections: await readConnections(request) }),
};

const listStates: AncestorRoute = {
  method: 'GET',
  path: '/api/device',
  scope: 'read',
  summary: 'The devices, and the meters that are sources here',
  returns: { '[]': 'object - connection, is_open, id, name, client_name' },
  answer: async (request) => ok(await describeDevices(request)),
};

const showInverter: AncestorRoute = {
  method: 'GET',
  path: '/api/inverter',
  scope: 'read',
  summary: 'The configuration of the first device, and whether it answers',
  returns: { status: 'string - open, closed, or No inverter' },
  answer: async (request) => {
    const [first] = await describeDevices(request);
    if (first === undefined) return ok({ status: 'No inverter' });
    return ok({ ...first.connection, status: first.is_open ? 'open' : 'closed' });
  },
};

const addDevice: AncestorRoute = {
  method: 'POST',
  path: '/api/device',
  scope: 'admin',
  summary: 'Add a device; it is read from now on',
  required: { connection: `string - ${Object.keys(connections).join(', ')}` },
  optional: { '<field>': 'as /api/device/supported/configurations has it for each connection' },
  returns: { status: 'string - ok' },
  errorBody: statusError,
  answer: async ({ body, run }) => {
    await run('device.add', deviceFromConfiguration(body));
    return ok({ status: 'ok' });
  },
};

const removeDevice: AncestorRoute = {
  method: 'DELETE',
  path: '/api/device',
  scope: 'admin',
  summary: 'Remove a device that was added; its history stays',
  required: { id: 'string - its serial number, or its id' },
  returns: { 'Disconnected device with id': 'string - as it was given' },
  answer: async (request) => {
    const given = textField(request.body, 'id');
    if (given === undefined)
      return { status: 400, body: { status: 'bad request', schema: describeSchema(removeDevice) } };
    const device = await findDevice(request, given);
    if (device === undefined) return { status: 404, body: { 'device not found: ': given } };
    await request.run('device.remove', { id: device.id });
    return ok({ 'Disconnected device with id': given });
  },
};

const removeInverter: AncestorRoute = {
  method: 'DELETE',
  path: '/api/inverter',
  scope: 'admin',
  summary: 'Remove the first device',
  returns: { device: 'object - its configuration, and is_open: false' },
  answer: async (request) => {
    const [first] = await listDevices(request);
    if (first === undefined) return { status: 400, body: { error: 'no modbus device initialized' } };
    await request.run('device.remove', { id: first.id });
    return ok({ device: { ...describeDevice(first).connection, is_open: false } });
  },
};

export const deviceRoutes: readonly AncestorRoute[] = [
  listConnections,
  listStates,
  showInverter,
  addDevice,
  removeDevice,
  removeInverter,
];

/** As `POST /api/device` takes them. Needs the scope `read`. */
export async function readConnections(
  request: AncestorRequest,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return (await describeDevices(request)).map(({ connection }) => connection);
}
