import { ProtocolError, type RefusalReason } from './protocol-error.ts';

/** The first byte of a message: docs/provisioning-protocol.md, section 3. */
export const frameTypes = {
  phoneHello: 0x01,
  gatewayHello: 0x02,
  phoneProof: 0x03,
  gatewayProof: 0x04,
  refusal: 0x05,
  record: 0x06,
} as const;

/** Frame `01`: an X25519 public key (32) and a nonce (16). */
export interface PhoneHello {
  readonly publicKey: Uint8Array;
  readonly nonce: Uint8Array;
}

/** Frame `02`. */
export interface GatewayHello extends PhoneHello {
  /** The gateway's public key: 32 bytes of Ed25519, or 64 of ES256; 32 that prove nothing where it has no signer. */
  readonly identity: Uint8Array;
  /** 64 bytes; none where the gateway has no signer. */
  readonly signature: Uint8Array | undefined;
}

/** Frame `05`. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** Until it makes sense to try again; 0 where nothing is known. */
  readonly waitSeconds: number;
}

const keyBytes = 32;
const nonceBytes = 16;
const signatureBytes = 64;
const macBytes = 32;
const refusalBytes = 4;
const waitSecondsMax = 0xffff;
const helloBytes = 1 + keyBytes + nonceBytes;

/** In the order of their numbers, from 1 on. */
const reasons: readonly RefusalReason[] = [
  'closed',
  'barred',
  'busy',
  'malformed',
  'code_wrong',
  'wait',
  'unavailable',
  'idle',
];

/** The number is 1 to 6; anything else is no frame, and `malformed`. */
export function frameTypeOf(message: Uint8Array): number {
  const type = message[0] ?? 0;
  if (type >= frameTypes.phoneHello && type <= frameTypes.record) return type;
  throw malformed(`a frame of type ${type}`);
}

export function encodePhoneHello({ publicKey, nonce }: PhoneHello): Uint8Array {
  return joined(frameTypes.phoneHello, publicKey, nonce);
}

/** Throws `ProtocolError` unless it is a frame `01` of 49 bytes. */
export function decodePhoneHello(frame: Uint8Array): PhoneHello {
  checkFrame(frame, frameTypes.phoneHello, [helloBytes]);
  return { publicKey: frame.slice(1, 1 + keyBytes), nonce: frame.slice(1 + keyBytes) };
}

/** Throws `ProtocolError` unless it is a frame `02` of 81, 145 or 177 bytes. */
export function decodeGatewayHello(frame: Uint8Array): GatewayHello {
  const unsigned = helloBytes + keyBytes;
  const signed = unsigned + signatureBytes;
  checkFrame(frame, frameTypes.gatewayHello, [unsigned, signed, signed + keyBytes]);
  const identityEnd = frame.length === unsigned ? unsigned : frame.length - signatureBytes;
  return {
    publicKey: frame.slice(1, 1 + keyBytes),
    nonce: frame.slice(1 + keyBytes, helloBytes),
    identity: frame.slice(helloBytes, identityEnd),
    signature: frame.length === unsigned ? undefined : frame.slice(identityEnd),
  };
}

export function encodePhoneProof(mac: Uint8Array): Uint8Array {
  return joined(frameTypes.phoneProof, mac);
}

/** Its HMAC. Throws `ProtocolError` unless it is a frame `03` of 33 bytes. */
export function decodePhoneProof(frame: Uint8Array): Uint8Array {
  checkFrame(frame, frameTypes.phoneProof, [1 + macBytes]);
  return frame.slice(1);
}

/** Its HMAC. Throws `ProtocolError` unless it is a frame `04` of 33 bytes. */
export function decodeGatewayProof(frame: Uint8Array): Uint8Array {
  checkFrame(frame, frameTypes.gatewayProof, [1 + macBytes]);
  return frame.slice(1);
}

/** Seconds beyond 65 535 are told as 65 535. */
export function encodeRefusal({ reason, waitSeconds }: Refusal): Uint8Array {
  const seconds = Math.min(Math.max(Math.ceil(waitSeconds), 0), waitSecondsMax);
  return Uint8Array.of(frameTypes.refusal, reasons.indexOf(reason) + 1, seconds >> 8, seconds & 0xff);
}

/** Throws `ProtocolError` unless it is a frame `05` of 4 bytes with a reason that is known. */
export function decodeRefusal(frame: Uint8Array): Refusal {
  checkFrame(frame, frameTypes.refusal, [refusalBytes]);
  const [, number = 0, high = 0, low = 0] = frame;
  const reason = reasons[number - 1];
  if (reason === undefined) throw malformed(`a refusal with the reason ${number}`);
  return { reason, waitSeconds: (high << 8) | low };
}

function checkFrame(frame: Uint8Array, type: number, lengths: readonly number[]): void {
  if (frame[0] !== type) throw malformed(`a frame of type ${frame[0] ?? 0} where ${type} is expected`);
  if (!lengths.includes(frame.length)) throw malformed(`a frame ${type} of ${frame.length} bytes`);
}

function joined(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const frame = new Uint8Array(1 + parts.reduce((sum, { length }) => sum + length, 0));
  frame[0] = type;
  let at = 1;
  for (const part of parts) {
    frame.set(part, at);
    at += part.length;
  }
  return frame;
}

function malformed(what: string): ProtocolError {
  return new ProtocolError('malformed', what);
}
