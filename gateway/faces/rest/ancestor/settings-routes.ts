import { createHash } from 'node:crypto';
import { describeError, errorCodeOf, GatewayError } from '../../../core/errors.ts';
import { ok, type AncestorAnswer, type AncestorRequest, type AncestorRoute } from './ancestor-route.ts';
import { deviceFromConfiguration } from './device-configuration.ts';
import { readConnections } from './device-routes.ts';
import { objectField, refuseUnknown } from './field-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Devices in one request. */
const connectionsMax = 64;

const show: AncestorRoute = {
  method: 'GET',
  path: '/api/settings',
  scope: 'read',
  summary: 'The devices, and where readings are sent to',
  returns: {
    settings:
      'object - id (another when they change), harvest.endpoints, devices.connections, api (always null)',
  },
  answer: async (request) => {
    const settings = {
      harvest: { endpoints: await readEndpoints(request) },
      devices: { connections: await readConnections(request) },
      api: { gql_endpoint: null, gql_timeout: null, ws_endpoint: null },
    };
    return ok({ settings: { id: numberOf(settings), ...settings } });
  },
};

const change: AncestorRoute = {
  method: 'POST',
  path: '/api/settings',
  scope: 'admin',
  summary: 'Add the devices that are not there yet; all else stands in the configuration',
  optional: { settings: 'object - devices.connections, as GET answers it; also without settings around it' },
  returns: { success: 'boolean - true' },
  answer: async (request) => await addConnections(request),
};

export const settingsRoutes: readonly AncestorRoute[] = [show, change];

/** Addresses of sinks and uplinks that are sent readings over HTTP. */
async function readEndpoints({ run }: AncestorRequest): Promise<readonly string[]> {
  const { sinks = [], uplinks = [] } = (await run('config.show')) as {
    readonly sinks?: readonly Fields[];
    readonly uplinks?: readonly Fields[];
  };
  return [...sinks, ...uplinks].flatMap(({ url, kind }) =>
    typeof url === 'string' && (kind === 'http' || kind === 'srcful-harvest') ? [url] : [],
  );
}

async function addConnections(request: AncestorRequest): Promise<AncestorAnswer> {
  const { body } = request;
  const settings = objectField(body, 'settings') ?? body;
  refuseUnknown(settings, ['id', 'harvest', 'devices', 'api']);
  if (!isSame(settings['harvest']) || !isSame(settings['api']))
    return {
      status: 501,
      body: { error: 'where readings are sent to stands in the configuration: leave harvest and api out' },
    };
  const devices = objectField(settings, 'devices') ?? {};
  refuseUnknown(devices, ['connections']);
  const wanted = devices['connections'] ?? [];
  if (!Array.isArray(wanted) || wanted.length > connectionsMax)
    throw new GatewayError(
      'input_invalid',
      `devices.connections must be a list of at most ${connectionsMax}`,
    );
  // Each is read before the first is added, so that a mistake adds nothing.
  const added = wanted.map((each: unknown, index) => deviceAt(each, index));
  for (const [index, device] of added.entries()) await addUnlessThere(request, device, index);
  return ok({ success: true });
}

function deviceAt(given: unknown, index: number): object {
  try {
    const fields = objectField({ given }, 'given') ?? {};
    return deviceFromConfiguration(fields);
  } catch (error) {
    throw atConnection(error, index);
  }
}

async function addUnlessThere({ run }: AncestorRequest, device: object, index: number): Promise<void> {
  try {
    await run('device.add', device);
  } catch (error) {
    if (errorCodeOf(error) !== 'already_exists') throw atConnection(error, index);
  }
}

/** The same error, with the place of the connection before it. */
function atConnection(error: unknown, index: number): unknown {
  if (!(error instanceof GatewayError)) return error;
  return new GatewayError(error.code, `devices.connections[${index}]: ${describeError(error)}`, {
    facts: error.facts,
    cause: error,
  });
}

/** Empty, or all null as GET answers it: it changes nothing. */
function isSame(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value !== 'object') return false;
  return Object.values(value).every((each) => each === null || (Array.isArray(each) && each.length === 0));
}

/** From 1 to a million, and another for other settings. */
function numberOf(settings: unknown): number {
  return (createHash('sha256').update(JSON.stringify(settings)).digest().readUInt32BE() % 1_000_000) + 1;
}
