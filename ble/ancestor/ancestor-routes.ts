import { GatewayProblem, type GatewayDescription } from '../gateway-link/ask-gateway.ts';
import { joinWaitMsMax } from '../gateway-link/join-network.ts';
import type { AncestorGateway } from './ancestor-gateway.ts';
import type { EgwttpRequest } from './egwttp.ts';

/** What a request comes to, with the status of HTTP. */
export interface RouteAnswer {
  readonly status: number;
  readonly body: unknown;
}

interface RouteCall {
  readonly gateway: AncestorGateway;
  readonly description: GatewayDescription;
  readonly body: string;
}

type Route = (call: RouteCall) => RouteAnswer | Promise<RouteAnswer>;

/** Of a public key of P-256, in hex. */
const p256HexLength = 128;

/**
 * All that can be asked, in the ancestor's words and shapes: its own service hands every request to its REST interface,
 * which is far more than somebody nearby should have.
 */
const routes: Readonly<Partial<Record<string, Readonly<Partial<Record<string, Route>>>>>> = {
  '/api/hello': { GET: () => ok({ message: 'hello world from srcful!' }) },
  '/api/version': { GET: ({ description }) => ok({ version: description.version }) },
  '/api/name': { GET: ({ description }) => ok({ name: description.name }) },
  '/api/crypto': { GET: ({ description }) => ok(cryptoOf(description)) },
  '/api/network': { GET: showNetwork },
  '/api/network/address': { GET: showNetwork },
  '/api/wifi': { GET: showWifi, POST: joinWifi, DELETE: leaveWifi },
  '/api/wifi/scan': { GET: scanWifi },
  '/api/echo': { POST: echo },
};

/** Never rejects. Whoever is not let in learns only how that is done. */
export async function answerAncestor(
  gateway: AncestorGateway,
  { method, path, body }: EgwttpRequest,
): Promise<RouteAnswer> {
  const description = gateway.letsIn;
  if (description === undefined) return notLetIn;
  const methods = routes[path];
  if (methods === undefined) return problem(404, `there is no ${path} over Bluetooth`);
  const route = methods[method];
  if (route === undefined)
    return problem(405, `${path} can be asked with ${Object.keys(methods).join(', ')}`);
  try {
    return await route({ gateway, description, body });
  } catch (error) {
    return refusalOf(error);
  }
}

export const notLetIn = problem(
  403,
  'hold the button of the gateway for three seconds; it listens for three minutes then',
);

export function problem(status: number, message: string): RouteAnswer {
  return { status, body: { status: 'error', message } };
}

function ok(body: unknown): RouteAnswer {
  return { status: 200, body };
}

function refusalOf(error: unknown): RouteAnswer {
  if (!(error instanceof GatewayProblem)) return problem(500, 'Internal server error');
  if (error.code === 'refused' || error.code === 'forbidden') return notLetIn;
  if (error.code === 'input_invalid') return problem(422, error.message);
  return problem(error.retryable || error.code === 'unavailable' ? 503 : 500, error.message);
}

function cryptoOf({ serial, publicKey, compactKey }: GatewayDescription): unknown {
  return {
    deviceName: publicKey?.length === p256HexLength ? 'ATECC608' : 'software',
    serialNumber: serial,
    publicKey,
    compactKey,
    chipDeathCount: '0',
  };
}

async function showNetwork({ gateway, description }: RouteCall): Promise<RouteAnswer> {
  const { ssid, ethernetAddress, wifiAddress, isOnline } = await gateway.networkFacts();
  const { ethernet, wifi } = description.macs;
  return ok({
    ip: ethernetAddress ?? wifiAddress ?? '0.0.0.0',
    eth0_mac: ethernet?.toUpperCase() ?? null,
    wlan0_mac: wifi?.toUpperCase() ?? null,
    interfaces: {
      ...(ethernetAddress !== null && { eth0: ethernetAddress }),
      ...(wifiAddress !== null && { wlan0: wifiAddress }),
    },
    wifi_connected: ssid !== null,
    ethernet_connected: ethernetAddress !== null,
    internet_connection: isOnline,
    wifi_ssid: ssid,
  });
}

async function showWifi({ gateway }: RouteCall): Promise<RouteAnswer> {
  const ssids = await gateway.networkNames();
  const { ssid } = await gateway.networkFacts();
  return ok({ ssids, connected: ssid });
}

async function scanWifi({ gateway }: RouteCall): Promise<RouteAnswer> {
  const ssids = await gateway.networkNames();
  return ssids.length > 0 ? ok({ ssids }) : { status: 500, body: { error: 'Failed to initiate scan' } };
}

/** `status` is `ok` as the ancestor's own description has it, and its service expects; its server says something else. */
async function joinWifi({ gateway, body }: RouteCall): Promise<RouteAnswer> {
  const { ssid, psk, timeout } = readJson(body) ?? {};
  if (typeof ssid !== 'string' || ssid === '' || typeof psk !== 'string')
    return problem(422, 'ssid and psk are required');
  const wantedMs = Number(timeout ?? 0) * 1_000;
  const waitMs = wantedMs >= 1_000 ? Math.min(wantedMs, joinWaitMsMax) : joinWaitMsMax;
  const outcome = await gateway.join({ ssid, ...(psk !== '' && { password: psk }) }, waitMs);
  if (outcome.ok) return ok({ status: 'ok', message: 'Successfully connected to WiFi' });
  if (outcome.code === 'refused' || outcome.code === 'forbidden') return notLetIn;
  return problem(503, `Failed to connect to WiFi: ${outcome.message}`);
}

async function leaveWifi({ gateway }: RouteCall): Promise<RouteAnswer> {
  try {
    await gateway.leave();
    return ok({ status: 'Success', message: 'Disconnected from WiFi' });
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === notLetIn) return refusal;
    return { status: 500, body: { status: 'Error', message: 'Failed to disconnect from WiFi' } };
  }
}

function echo({ body }: RouteCall): RouteAnswer {
  const value = readJson(body);
  return value === undefined ? problem(400, 'the body is no JSON object') : ok({ echo: value });
}

function readJson(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
