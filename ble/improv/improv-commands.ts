import { GatewayProblem, type AskGateway, type GatewayDescription } from '../gateway-link/ask-gateway.ts';
import { joinNetwork, joinWaitMsMax, type JoinPorts } from '../gateway-link/join-network.ts';
import { readNetworkFacts } from '../gateway-link/network-facts.ts';
import { strictText } from '../strict-text.ts';
import type { ImprovMachine } from './improv-machine.ts';
import { isDeviceName, isHostName, readName } from './improv-names.ts';
import { networkTriples } from './improv-networks.ts';
import { readFields, type ImprovPacket } from './improv-packet.ts';
import {
  improvCapabilities,
  improvCommands,
  improvErrors,
  improvStates,
  networkFlags,
  type ImprovError,
  type ImprovState,
} from './improv-protocol.ts';

const ssidBytesMax = 32;
const passwordBytesMax = 64;

/** What comes of a command. Texts are its result; without them there is none. */
export type ImprovOutcome =
  { readonly error: ImprovError } | { readonly texts: readonly string[] | undefined };

export interface ImprovCommandPorts extends JoinPorts {
  readonly machine: ImprovMachine;
  /** Of the machine that this runs on, as people call it. */
  readonly hardware: string;
  /** After the state of the machine has changed. */
  readonly stateChanged: () => void;
}

interface Call extends ImprovCommandPorts {
  readonly data: Uint8Array;
  /** Of a result that goes into one notification. */
  readonly resultBytesMax: number;
}

interface Command {
  /** In which states it may be asked. */
  readonly states: readonly ImprovState[];
  /** What the machine must be able to do for it. */
  readonly needs?: 'identify' | 'scan' | 'set-name';
  /** Without data only: anything else is no packet of this command. */
  readonly isBare?: true;
  run(call: Call): Promise<ImprovOutcome>;
}

const { authorized, authorizationRequired } = improvStates;

const commands = new Map<number, Command>([
  [improvCommands.sendWifi, { states: [authorized], run: sendWifi }],
  [
    improvCommands.identify,
    { states: [authorizationRequired, authorized], needs: 'identify', isBare: true, run: identify },
  ],
  [improvCommands.deviceInfo, { states: [authorizationRequired, authorized], isBare: true, run: deviceInfo }],
  [improvCommands.scanWifi, { states: [authorized], needs: 'scan', isBare: true, run: scanWifi }],
  [improvCommands.hostName, { states: [authorized], needs: 'set-name', run: hostName }],
  [improvCommands.deviceName, { states: [authorized], needs: 'set-name', run: deviceName }],
  [improvCommands.networkState, { states: [authorized], isBare: true, run: networkState }],
]);

/** Runs a packet, and never rejects. */
export async function runImprovCommand(
  ports: ImprovCommandPorts,
  packet: ImprovPacket,
  resultBytesMax: number,
): Promise<ImprovOutcome> {
  const command = commands.get(packet.command);
  const refusal = refuse(ports, packet, command);
  if (command === undefined || refusal !== undefined)
    return { error: refusal ?? improvErrors.unknownCommand };
  try {
    return await command.run({ ...ports, data: packet.data, resultBytesMax });
  } catch (error) {
    return { error: errorOf(error instanceof GatewayProblem ? error.code : 'internal_error') };
  }
}

/** Why it is not run at all; undefined where it may be. */
function refuse(
  { ask, clock, machine }: ImprovCommandPorts,
  { data }: ImprovPacket,
  command: Command | undefined,
): ImprovError | undefined {
  const { needs, states = [], isBare } = command ?? {};
  const isKnown = command !== undefined && (needs === undefined || ask.description?.can.includes(needs));
  if (!isKnown) return improvErrors.unknownCommand;
  if (isBare && data.length > 0) return improvErrors.invalidPacket;
  const isOpen = ask.door !== undefined && ask.door.state !== 'closed';
  const mayAsk = isOpen && states.includes(machine.stateAt(clock.nowMs()));
  return mayAsk ? undefined : improvErrors.notAuthorized;
}

/** The bits of what the gateway can do. */
export function capabilitiesOf(description: GatewayDescription | undefined): number {
  const can = description?.can ?? [];
  return (
    improvCapabilities.deviceInfo |
    (can.includes('identify') ? improvCapabilities.identify : 0) |
    (can.includes('scan') ? improvCapabilities.scanWifi : 0) |
    (can.includes('set-name') ? improvCapabilities.hostName : 0)
  );
}

async function sendWifi(call: Call): Promise<ImprovOutcome> {
  const { ask, machine, data, stateChanged } = call;
  const wish = readWifi(data);
  if (wish === undefined) return { error: improvErrors.invalidPacket };
  machine.joiningBegins();
  stateChanged();
  const outcome = await joinNetwork(call, { ...wish, way: 'improv' }, joinWaitMsMax);
  if (!outcome.ok) {
    machine.joiningFails();
    stateChanged();
    return { error: errorOf(outcome.code) };
  }
  const pages = await pagesOf(ask);
  machine.joiningSucceeds();
  stateChanged();
  return { texts: pages };
}

/** A name of 1 to 32 bytes, and a password of 64 at most, which an open network has not. */
function readWifi(data: Uint8Array): { readonly ssid: string; readonly password?: string } | undefined {
  const fields = readFields(data) ?? [];
  const [name, word] = fields;
  if (name === undefined || word === undefined || fields.length !== 2) return undefined;
  const [ssid, password] = [strictText(name), strictText(word)];
  const fits = name.length > 0 && name.length <= ssidBytesMax && word.length <= passwordBytesMax;
  if (!fits || ssid === undefined || password === undefined) return undefined;
  return { ssid, ...(password !== '' && { password }) };
}

/** Where the gateway can be had now; none where it does not say so any more, for it has been joined all the same. */
async function pagesOf(ask: AskGateway): Promise<readonly string[]> {
  try {
    const answer = await ask.verb({ verb: 'status', way: 'improv' });
    return readNetworkFacts(answer).pages.slice(0, 1);
  } catch {
    return [];
  }
}

async function identify({ ask }: Call): Promise<ImprovOutcome> {
  await ask.verb({ verb: 'identify', way: 'improv' });
  return { texts: undefined };
}

/** Firmware, its version, the hardware, and the name. */
async function deviceInfo({ ask, hardware }: Call): Promise<ImprovOutcome> {
  const { version, name } = ask.description ?? { version: '', name: '' };
  return await Promise.resolve({ texts: ['eGW', version, hardware, name] });
}

async function scanWifi({ ask, resultBytesMax }: Call): Promise<ImprovOutcome> {
  const answer = await ask.verb({ verb: 'scan', way: 'improv' });
  return { texts: networkTriples(answer['networks'], resultBytesMax) };
}

async function hostName({ ask, data }: Call): Promise<ImprovOutcome> {
  if (data.length === 0) return { texts: [textOf(await infoOf(ask), 'hostName')] };
  const name = readName(data);
  if (name === undefined || !isHostName(name)) return { error: improvErrors.badHostName };
  return await setName(ask, 'hostName', name);
}

async function deviceName({ ask, data }: Call): Promise<ImprovOutcome> {
  if (data.length === 0) return { texts: [textOf(await infoOf(ask), 'name')] };
  const name = readName(data);
  if (name === undefined || !isDeviceName(name)) return { error: improvErrors.invalidPacket };
  return await setName(ask, 'deviceName', name);
}

async function setName(
  ask: AskGateway,
  which: 'hostName' | 'deviceName',
  name: string,
): Promise<ImprovOutcome> {
  try {
    await ask.verb({ verb: 'set-name', input: { [which]: name }, way: 'improv' });
    return { texts: [name] };
  } catch (error) {
    const isInvalid = error instanceof GatewayProblem && error.code === 'input_invalid';
    if (!isInvalid) throw error;
    return { error: which === 'hostName' ? improvErrors.badHostName : improvErrors.invalidPacket };
  }
}

/** Flags as a number in digits, and where the gateway can be had. */
async function networkState({ ask }: Call): Promise<ImprovOutcome> {
  const facts = readNetworkFacts(await ask.verb({ verb: 'status', way: 'improv' }));
  const flags =
    (facts.isOnline ? networkFlags.online : 0) |
    (facts.hasWifi ? networkFlags.hasWifi : 0) |
    ((ask.description?.macs.ethernet ?? null) === null ? 0 : networkFlags.hasEthernet);
  return { texts: [String(flags), ...(facts.isOnline ? facts.pages : [])] };
}

async function infoOf(ask: AskGateway): Promise<Readonly<Record<string, unknown>>> {
  return await ask.verb({ verb: 'info', way: 'improv' });
}

function textOf(answer: Readonly<Record<string, unknown>>, name: string): string {
  const value = answer[name];
  return typeof value === 'string' ? value : '';
}

/** Of a refusal of the gateway. */
function errorOf(code: string): ImprovError {
  if (code === 'refused' || code === 'forbidden') return improvErrors.notAuthorized;
  if (code.startsWith('wifi_') || code === 'input_invalid') return improvErrors.unableToConnect;
  return improvErrors.unknown;
}
