import { Type, type Static } from 'typebox';
import { GatewayError } from '../../core/errors.ts';
import type { HostFacts } from '../../core/host-facts.ts';
import type { MachineSettings } from '../../core/machine-settings.ts';
import type { SignatureAlgorithm } from '../../core/signer.ts';
import type { WirelessNetworks } from '../../core/wireless.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, duration, instant, nullable, oneOf } from '../schema.ts';
import type { JoiningDesk } from './joining-desk.ts';
import { joiningSchema } from './joining-schema.ts';
import type { SetupDoor } from './setup-door.ts';
import { radioSchema, stateOrMissing } from './wireless-state.ts';

/** Where the page of the gateway can be had from outside of it. */
export interface PageAddresses {
  /** `http://192.168.1.51:8080`, the encrypted ones first. */
  readonly addresses: readonly string[];
  /** Of a certificate that nobody vouches for: SHA-256, hex. */
  readonly fingerprint: string | null;
  /** Whether it listens for this machine alone, so that there are none. */
  readonly isLocalOnly: boolean;
}

export interface ProvisionPorts {
  readonly about: {
    readonly gatewayId: string;
    readonly name: string;
    readonly version: string;
    readonly algorithm: SignatureAlgorithm;
  };
  readonly isOwned: () => boolean;
  readonly time: {
    readonly state: 'unset' | 'trusted' | 'stepped';
    wall(): number;
    /** Takes what the machine says; false when that cannot be. */
    believe(): boolean;
  };
  readonly hostFacts: HostFacts;
  readonly machineSettings: MachineSettings;
  readonly wireless: WirelessNetworks;
  readonly joining: JoiningDesk;
  readonly door: SetupDoor;
  readonly radio: { readonly hasRadio: boolean; readonly hasSession: boolean };
  readonly pages: () => PageAddresses;
  /** Makes the light say which gateway this is; whether there is a light. */
  readonly identify: () => boolean;
  /** In force after the next start. Errors: those of changing the configuration. */
  readonly nameSite: (name: string) => Promise<unknown>;
}

const allWays = ['session', 'improv', 'ancestor'] as const;
const noInput = closed({});
const statusMsMax = 25_000;

const provisionInfo = defineCommand({
  id: 'provision.info',
  summary: 'Who the gateway is, to whoever sets it up',
  scope: 'provision',
  isClosedToCloud: true,
  input: noInput,
  output: closed({
    gatewayId: Type.String(),
    name: Type.String({ description: 'Of the site' }),
    version: Type.String(),
    algorithm: oneOf(['Ed25519', 'ES256', 'none']),
    isOwned: Type.Boolean({ description: 'Whether anybody can come in' }),
    timeIsTrusted: Type.Boolean(),
    timeMs: instant(),
    hostName: Type.String(),
    hasWireless: Type.Boolean(),
  }),
  http: { method: 'GET', path: '/api/v1/provisioning/gateway', answerMsMax: statusMsMax },
  cli: { verb: 'provision info' },
  nearby: { verb: 'info', ways: allWays },
  run: async ({ about, isOwned, time, hostFacts, wireless }: ProvisionPorts) => {
    const { state } = await stateOrMissing(wireless);
    return {
      ...about,
      isOwned: isOwned(),
      timeIsTrusted: time.state === 'trusted',
      timeMs: time.wall(),
      hostName: hostFacts.hostName(),
      hasWireless: state.radio !== 'missing',
    };
  },
});

const provisionStatus = defineCommand({
  id: 'provision.status',
  summary: 'How far the setting up has come: door, networks, and where the page can be had',
  scope: 'provision',
  isClosedToCloud: true,
  input: noInput,
  output: closed({
    door: closed({
      state: oneOf(['closed', 'open', 'barred'], { description: 'barred: there were too many wrong codes' }),
      openMs: nullable(duration({ description: 'Until it closes by itself; null: no such end' })),
      triesLeft: Type.Integer(),
    }),
    isOwned: Type.Boolean(),
    bluetooth: oneOf(['none', 'connected', 'session'], {
      description: 'none: the Bluetooth service does not run; session: a phone sets the gateway up now',
    }),
    wireless: closed(radioSchema),
    ethernet: Type.Unsafe<{ isUp: boolean; addresses: string[] } | null>({
      ...closed({ isUp: Type.Boolean(), addresses: Type.Array(Type.String()) }),
      type: ['object', 'null'],
    }),
    internet: oneOf(['online', 'captive-portal', 'limited', 'none', 'unknown']),
    addresses: Type.Array(Type.String(), { description: 'Of the page' }),
    pageIsLocalOnly: Type.Boolean({
      description: 'The page can be had on this machine alone: http.host says so',
    }),
    fingerprint: nullable(Type.String({ description: 'SHA-256 of a certificate that nobody vouches for' })),
    joining: Type.Unsafe<Static<typeof joiningSchema> | null>({ ...joiningSchema, type: ['object', 'null'] }),
  }),
  http: { method: 'GET', path: '/api/v1/provisioning', answerMsMax: statusMsMax },
  cli: { verb: 'provision status' },
  nearby: { verb: 'status', ways: allWays },
  run: async (ports: ProvisionPorts) => {
    const { wireless, joining, door, isOwned, hostFacts } = ports;
    const { state, problem } = await stateOrMissing(wireless);
    const { state: position, triesLeft } = door.door();
    const { addresses, isLocalOnly, fingerprint } = ports.pages();
    return {
      door: { state: position, openMs: door.openMs, triesLeft },
      isOwned: isOwned(),
      bluetooth: bluetoothOf(ports),
      wireless: { radio: state.radio, problem, joined: state.joined },
      ethernet: ethernetOf(hostFacts),
      internet: state.internet,
      addresses: [...addresses],
      pageIsLocalOnly: isLocalOnly,
      fingerprint,
      joining: joining.last ?? null,
    };
  },
});

function bluetoothOf({ radio }: ProvisionPorts): 'none' | 'connected' | 'session' {
  if (!radio.hasRadio) return 'none';
  return radio.hasSession ? 'session' : 'connected';
}

/** The one that is connected, of several. */
function ethernetOf(hostFacts: HostFacts): { isUp: boolean; addresses: string[] } | null {
  const cables = hostFacts.interfaces().filter(({ kind }) => kind === 'ethernet');
  const cable = cables.find(({ isUp }) => isUp) ?? cables[0];
  return cable === undefined ? null : { isUp: cable.isUp, addresses: [...cable.addresses] };
}

const provisionSetTime = defineCommand({
  id: 'provision.set-time',
  summary: 'Set the clock of a machine that nothing else sets',
  scope: 'provision',
  isClosedToCloud: true,
  input: closed({
    timeMs: Type.Integer({ minimum: 0, maximum: 4_102_444_800_000, description: 'UTC epoch ms' }),
  }),
  output: closed({ timeMs: instant({ description: 'What the gateway goes by now' }), isSet: Type.Boolean() }),
  http: { method: 'PUT', path: '/api/v1/provisioning/time' },
  cli: { verb: 'provision set-time', positionals: ['timeMs'] },
  nearby: { verb: 'set-time', ways: ['session'] },
  run: async ({ time, machineSettings }: ProvisionPorts, { timeMs }) => {
    if (time.state === 'trusted') {
      throw new GatewayError('clock_trusted', 'the gateway has its time from elsewhere, and believes it', {
        hint: 'nothing is to be done: egw clock show says how it is',
      });
    }
    await machineSettings.setTime(timeMs);
    if (!time.believe()) {
      throw new GatewayError('input_invalid', 'this time cannot be: something is stored that is newer', {
        hint: 'set the clock of the phone, and try again',
      });
    }
    return { timeMs: time.wall(), isSet: true };
  },
});

const provisionIdentify = defineCommand({
  id: 'provision.identify',
  summary: 'Make the light flash for ten seconds, to see which gateway it is',
  scope: 'provision',
  isClosedToCloud: true,
  input: noInput,
  output: closed({
    hasLight: Type.Boolean({ description: 'Whether anything is to be seen: provisioning.light' }),
  }),
  http: { method: 'POST', path: '/api/v1/provisioning/identify' },
  cli: { verb: 'provision identify' },
  nearby: { verb: 'identify', ways: ['session', 'improv'] },
  run: ({ identify }: ProvisionPorts) => ({ hasLight: identify() }),
});

const provisionSetName = defineCommand({
  id: 'provision.set-name',
  summary: 'Name the machine in its network, and the site',
  scope: 'provision',
  isClosedToCloud: true,
  input: closed({
    hostName: Type.Optional(
      Type.String({
        maxLength: 63,
        pattern: '^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$',
        description: 'Letters, digits and dashes (RFC 1123)',
      }),
    ),
    deviceName: Type.Optional(
      Type.String({ minLength: 1, maxLength: 60, pattern: '^[^\\p{Cc}]+$', description: 'site.name' }),
    ),
  }),
  output: closed({
    hostName: Type.String(),
    deviceName: Type.String({ description: 'In force after the next start where it was changed' }),
  }),
  http: { method: 'PUT', path: '/api/v1/provisioning/name' },
  cli: { verb: 'provision set-name', positionals: ['hostName'] },
  nearby: { verb: 'set-name', ways: ['improv'] },
  run: async (ports: ProvisionPorts, { hostName, deviceName }, { principal }) => {
    const { machineSettings, hostFacts, nameSite, about, door } = ports;
    if (hostName !== undefined) await machineSettings.setHostName(hostName);
    if (deviceName !== undefined) await nameSite(deviceName);
    if (principal.id === 'nearby:improv') door.send('improv-continues');
    return { hostName: hostName ?? hostFacts.hostName(), deviceName: deviceName ?? about.name };
  },
});

export const provisionCommands = [
  provisionInfo,
  provisionStatus,
  provisionSetTime,
  provisionIdentify,
  provisionSetName,
] as const;

/** The commands of setting the gateway up with what they need. */
export function bindProvisionCommands(ports: ProvisionPorts): readonly BoundCommand[] {
  return [
    bindCommand(provisionInfo, ports),
    bindCommand(provisionStatus, ports),
    bindCommand(provisionSetTime, ports),
    bindCommand(provisionIdentify, ports),
    bindCommand(provisionSetName, ports),
  ];
}
