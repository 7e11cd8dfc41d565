import { errorCodeOf } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import {
  ok,
  statusError,
  type AncestorAnswer,
  type AncestorRequest,
  type AncestorRoute,
} from './ancestor-route.ts';
import { numberField, textField } from './field-values.ts';

const scanMsMax = limits.wirelessScanMsMax + 2 * limits.busAnswerMsMax;
const secondsMax = Math.floor((limits.wirelessJoinMsMax + limits.wirelessReturnMsMax) / 1_000);

const showWifi: AncestorRoute = {
  method: 'GET',
  path: '/api/wifi',
  scope: 'provision',
  summary: 'The wireless networks in reach, and the one that is joined',
  returns: { ssids: 'array - names, strongest first', connected: 'string - null where none is joined' },
  answerMsMax: scanMsMax,
  answer: async (request) => {
    const networks = await networksInReach(request);
    return ok({
      ssids: namesOf(networks),
      connected: networks.find(({ isJoined }) => isJoined)?.ssid ?? null,
    });
  },
};

const scanWifi: AncestorRoute = {
  method: 'GET',
  path: '/api/wifi/scan',
  scope: 'provision',
  summary: 'Look which wireless networks are in reach',
  returns: { ssids: 'array - names, strongest first' },
  answerMsMax: scanMsMax,
  answer: async (request) => {
    const ssids = namesOf(await networksInReach(request));
    return ssids.length === 0 ? { status: 500, body: { error: 'Failed to initiate scan' } } : ok({ ssids });
  },
};

const joinWifi: AncestorRoute = {
  method: 'POST',
  path: '/api/wifi',
  scope: 'provision',
  summary: 'Join a wireless network; answers when that has ended',
  required: { ssid: 'string - its name', psk: 'string - its password; empty for an open one' },
  optional: { timeout: 'number - seconds after which it answers at the latest; 85 unless given' },
  returns: { status: 'string' },
  errorBody: statusError,
  answerMsMax: (secondsMax + 10) * 1_000,
  answer: join,
};

const leaveWifi: AncestorRoute = {
  method: 'DELETE',
  path: '/api/wifi',
  scope: 'provision',
  summary: 'Leave the wireless network',
  returns: { status: 'string', message: 'string' },
  errorBody: (message) => ({ status: 'Error', message: `Failed to disconnect from WiFi: ${message}` }),
  answerMsMax: 2 * limits.busAnswerMsMax,
  answer: async ({ run }) => {
    await run('wifi.disconnect');
    return ok({ status: 'Success', message: 'Disconnected from WiFi' });
  },
};

export const wifiRoutes: readonly AncestorRoute[] = [showWifi, scanWifi, joinWifi, leaveWifi];

/** null where none is joined, or nobody tells. */
export async function readJoinedName({ run }: AncestorRequest): Promise<string | null> {
  try {
    const { joined } = (await run('wifi.status')) as { readonly joined: { readonly ssid: string } | null };
    return joined?.ssid ?? null;
  } catch (error) {
    // A part of the gateway that does not hold these commands, or a network manager that does not answer.
    const code = errorCodeOf(error);
    if (code === 'command_unknown' || code === 'wifi_failed') return null;
    throw error;
  }
}

interface NetworkInReach {
  readonly ssid: string;
  readonly isJoined: boolean;
}

async function networksInReach({ run }: AncestorRequest): Promise<readonly NetworkInReach[]> {
  const { networks } = (await run('wifi.scan')) as { readonly networks: readonly NetworkInReach[] };
  return networks;
}

function namesOf(networks: readonly NetworkInReach[]): readonly string[] {
  return [...new Set(networks.map(({ ssid }) => ssid))];
}

async function join({ run, body }: AncestorRequest): Promise<AncestorAnswer> {
  const ssid = textField(body, 'ssid');
  if (ssid === undefined || typeof body['psk'] !== 'string')
    return { status: 422, body: statusError('ssid and psk are required') };
  const seconds = numberField(body, 'timeout') ?? secondsMax;
  const waitSeconds = Math.round(Math.min(Math.max(seconds, 1), secondsMax));
  const ended = (await run('wifi.connect', { ssid, password: textField(body, 'psk'), waitSeconds })) as {
    readonly stage: string;
    readonly message: string | null;
    readonly hint: string | null;
  };
  if (ended.stage === 'joined') return ok({ status: 'Successfully connected to WiFi' });
  const why = ended.stage === 'failed' ? `${ended.message ?? ''} (${ended.hint ?? ''})` : 'it is still tried';
  return { status: 503, body: statusError(`Failed to connect to WiFi: ${why}`) };
}
