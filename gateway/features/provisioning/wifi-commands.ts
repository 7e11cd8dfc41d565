import { Type, type Static } from 'typebox';
import { limits } from '../../core/limits.ts';
import type { WirelessNetwork, WirelessNetworks } from '../../core/wireless.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, oneOf } from '../schema.ts';
import type { JoiningDesk } from './joining-desk.ts';
import { joiningSchema } from './joining-schema.ts';
import { radioSchema, stateOrMissing } from './wireless-state.ts';

export interface WifiPorts {
  readonly wireless: WirelessNetworks;
  readonly joining: JoiningDesk;
}

const answerMsMax = limits.wirelessJoinMsMax + limits.wirelessReturnMsMax + 10_000;
const waitSecondsMax = Math.ceil((limits.wirelessJoinMsMax + limits.wirelessReturnMsMax) / 1_000);

const ssid = Type.String({
  minLength: 1,
  maxLength: 32,
  description: 'Name of the network, 32 bytes in UTF-8 at most',
});

const wifiStatus = defineCommand({
  id: 'wifi.status',
  summary: 'The Wi-Fi of the machine: the network that is joined, and how the last attempt to join one ended',
  scope: 'read',
  input: closed({}),
  output: closed({
    ...radioSchema,
    internet: oneOf(['online', 'captive-portal', 'limited', 'none', 'unknown'], {
      description: 'By any interface; captive-portal: something between wants a person to sign in',
    }),
    joining: Type.Unsafe<Static<typeof joiningSchema> | null>({ ...joiningSchema, type: ['object', 'null'] }),
  }),
  http: { method: 'GET', path: '/api/v1/wifi', answerMsMax: 25_000 },
  cli: { verb: 'wifi status' },
  run: async ({ wireless, joining }: WifiPorts) => {
    const { state, problem } = await stateOrMissing(wireless);
    return { ...state, problem, joining: joining.last ?? null };
  },
});

const network = closed({
  ssid: Type.String(),
  signalPct: Type.Integer({ description: '0 to 100' }),
  security: oneOf(['open', 'owe', 'wep', 'wpa-psk', 'sae', 'wpa-eap', 'unknown']),
  isKnown: Type.Boolean({ description: 'The machine keeps its password' }),
  isJoined: Type.Boolean(),
});

const wifiScan = defineCommand({
  id: 'wifi.scan',
  summary: 'Look which wireless networks are in reach, strongest first: a few seconds',
  scope: 'provision',
  isClosedToCloud: true,
  input: closed({}),
  output: closed({ networks: Type.Array(network) }),
  http: { method: 'POST', path: '/api/v1/wifi/scan', answerMsMax: 25_000 },
  cli: { verb: 'wifi scan', list: 'networks' },
  nearby: { verb: 'scan', ways: ['session', 'improv', 'ancestor'] },
  run: async ({ joining }: WifiPorts, _input, { signal }) => {
    const networks = await joining.scan(signal);
    return { networks: networks.slice(0, limits.wirelessNetworksMax).map(describeNetwork) };
  },
});

const wifiConnect = defineCommand({
  id: 'wifi.connect',
  summary: 'Join a wireless network; the one of before is joined again where that fails',
  scope: 'provision',
  isClosedToCloud: true,
  input: closed({
    ssid,
    password: Type.Optional(
      Type.String({
        maxLength: 64,
        description: 'Left out for an open network, and for one whose password the machine keeps',
      }),
    ),
    isHidden: Type.Optional(Type.Boolean({ description: 'The network does not say its name' })),
    waitSeconds: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: waitSecondsMax,
      description: 'Answer when it has ended, but after so long at most; 0: at once',
    }),
  }),
  output: joiningSchema,
  http: { method: 'PUT', path: '/api/v1/wifi', answerMsMax },
  cli: {
    verb: 'wifi connect',
    positionals: ['ssid'],
    otherWords: { hidden: 'isHidden', wait: 'waitSeconds' },
    defaults: { waitSeconds: String(waitSecondsMax) },
    asksFor: {
      input: 'password',
      prompt: 'Password of the network (nothing where it is open, or known already): ',
    },
    ownOptions: { passwordFile: 'A file that holds the password; - for what is piped in' },
    isFailure: (answer) => (answer as { readonly stage?: unknown }).stage === 'failed',
  },
  nearby: { verb: 'set-wifi', ways: ['session', 'improv', 'ancestor'] },
  run: async ({ joining }: WifiPorts, { waitSeconds, ...wish }, { signal }) => {
    const begun = joining.begin(wish);
    if (waitSeconds === 0) return begun;
    return (await joining.waitForEnd(waitSeconds * 1_000, signal)) ?? begun;
  },
});

const wifiDisconnect = defineCommand({
  id: 'wifi.disconnect',
  summary: 'Leave the wireless network; the machine does not come back to it by itself',
  scope: 'provision',
  isClosedToCloud: true,
  input: closed({}),
  output: closed({ left: Type.Boolean() }),
  http: { method: 'DELETE', path: '/api/v1/wifi', answerMsMax: 25_000 },
  cli: { verb: 'wifi disconnect' },
  nearby: { verb: 'disconnect-wifi', ways: ['ancestor'] },
  run: async ({ wireless, joining }: WifiPorts) => {
    joining.refuseWhileBusy();
    await wireless.leave();
    return { left: true };
  },
});

export const wifiCommands = [wifiStatus, wifiScan, wifiConnect, wifiDisconnect] as const;

/** The commands about wireless networks with what they need. */
export function bindWifiCommands(ports: WifiPorts): readonly BoundCommand[] {
  return [
    bindCommand(wifiStatus, ports),
    bindCommand(wifiScan, ports),
    bindCommand(wifiConnect, ports),
    bindCommand(wifiDisconnect, ports),
  ];
}

function describeNetwork(found: WirelessNetwork): Static<typeof network> {
  const { ssid: name, signalPct, security, isKnown, isJoined } = found;
  return { ssid: name, signalPct: Math.round(signalPct), security, isKnown, isJoined };
}
