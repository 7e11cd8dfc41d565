import { GatewayProblem, type Door, type GatewayDescription, type Joining } from './ask-gateway.ts';
import { isObject } from './gateway-connection.ts';

export interface HelloAnswer {
  readonly handshake: string;
  /** Frame `02`. */
  readonly frame: Uint8Array;
}

export interface ProofAnswer {
  readonly session: string;
  /** Frame `04`. */
  readonly frame: Uint8Array;
  /** Of this session's records, each way: 32 bytes. */
  readonly toDevice: Uint8Array;
  readonly toClient: Uint8Array;
}

type JsonObject = Readonly<Record<string, unknown>>;

const keyBytes = 32;
const abilities = ['identify', 'scan', 'set-name'] as const;

/** Of `describe`. Without a gateway id there is nothing to advertise; whatever else is missing is taken for not there. */
export function readDescription(answer: JsonObject): GatewayDescription {
  const macs = isObject(answer['macs']) ? answer['macs'] : {};
  const can: readonly unknown[] = Array.isArray(answer['can']) ? answer['can'] : [];
  const gatewayId = needed(answer, 'gatewayId');
  if (!/^[a-z0-9]{16}$/.test(gatewayId)) throw strange('gatewayId');
  return {
    gatewayId,
    name: textOf(answer['name']) ?? '',
    version: textOf(answer['version']) ?? '',
    fingerprint: textOf(answer['fingerprint']) ?? null,
    serial: textOf(answer['serial']) ?? null,
    publicKey: textOf(answer['publicKey']) ?? null,
    compactKey: textOf(answer['compactKey']) ?? null,
    macs: { ethernet: textOf(macs['ethernet']) ?? null, wifi: textOf(macs['wifi']) ?? null },
    can: abilities.filter((ability) => can.includes(ability)),
    improv: answer['improv'] === true,
    ancestor: answer['ancestor'] === true,
  };
}

/** The gateway says how much longer; `nowMs` makes it an instant of the radio's clock. */
export function readDoor(door: unknown, nowMs: number): Door {
  if (!isObject(door)) throw strange('door');
  const { state, triesLeft, improvUntilMs, ancestorUntilMs } = door;
  if (state !== 'closed' && state !== 'open' && state !== 'barred') throw strange('door.state');
  const until = (leftMs: unknown): number | null => (typeof leftMs === 'number' ? nowMs + leftMs : null);
  return {
    state,
    improvUntilMs: until(improvUntilMs),
    ancestorUntilMs: until(ancestorUntilMs),
    triesLeft: typeof triesLeft === 'number' ? Math.min(Math.max(Math.trunc(triesLeft), 0), 255) : 0,
  };
}

export function readJoining(joining: unknown): Joining {
  if (!isObject(joining)) throw strange('joining');
  if (typeof joining['attempt'] !== 'number') throw strange('joining.attempt');
  // Its members are the gateway's; they are handed on as they are.
  return joining as unknown as Joining;
}

export function readHello(answer: JsonObject): HelloAnswer {
  return { handshake: needed(answer, 'handshake'), frame: bytesOf(answer, 'frame') };
}

export function readProof(answer: JsonObject): ProofAnswer {
  const toDevice = bytesOf(answer, 'toDevice');
  const toClient = bytesOf(answer, 'toClient');
  if (toDevice.length !== keyBytes || toClient.length !== keyBytes) throw strange('toDevice');
  return { session: needed(answer, 'session'), frame: bytesOf(answer, 'frame'), toDevice, toClient };
}

function bytesOf(answer: JsonObject, name: string): Uint8Array {
  return new Uint8Array(Buffer.from(needed(answer, name), 'base64'));
}

function needed(answer: JsonObject, name: string): string {
  return textOf(answer[name]) ?? raise(name);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function raise(name: string): never {
  throw strange(name);
}

function strange(name: string): GatewayProblem {
  return new GatewayProblem({
    code: 'unavailable',
    message: `the gateway and its Bluetooth service do not understand each other: ${name}`,
    hint: 'install both in the same version',
  });
}
