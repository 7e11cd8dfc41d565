// The section "Vectors" of docs/provisioning-protocol.md, computed with node:crypto and tweetnacl alone, so that it
// checks the code. `node scripts/provisioning-vectors.ts` writes it anew.
import { createHash, createHmac, createPrivateKey, diffieHellman, hkdfSync, sign } from 'node:crypto';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import nacl from 'tweetnacl';

const heading = '## 8. Vectors\n';
const documentPath = join(import.meta.dirname, '..', 'docs', 'provisioning-protocol.md');
const code = '7K3M9QXC41TZHW0E';
const wifiRequest =
  '{"id":1,"verb":"set-wifi","input":{"ssid":"MyWirelessAP","password":"mysecurepassword"}}';
const wifiAnswer = '{"id":1,"answer":{"attempt":1}}';

/** Each value by its name, in the order of the document: hex, or text where the name says so. */
export function provisioningVectors(): ReadonlyMap<string, string> {
  const phone = x25519Key(0x10);
  const gateway = x25519Key(0x40);
  const signer = privateKey('302e020100300506032b657004220420', bytesFrom(0x70, 32));
  const m1 = Buffer.concat([Buffer.of(1), rawPublicKey(phone), bytesFrom(0xa0, 16)]);
  const pk = rawPublicKey(signer);
  const half = [rawPublicKey(gateway), bytesFrom(0xb0, 16), pk];
  const signed = `gw-prov-1\n${sha256(m1, ...half).toString('hex')}`;
  const m2 = Buffer.concat([Buffer.of(2), ...half, sign(null, Buffer.from(signed), signer)]);
  const transcript = sha256(m1, m2);
  const shared = diffieHellman({ privateKey: phone, publicKey: createPublicKey(gateway) });
  const ikm = Buffer.concat([shared, Buffer.from(code)]);
  const keys = Buffer.from(hkdfSync('sha256', ikm, transcript, 'egw-prov-1', 96));
  const [confirm, toDevice, toClient] = [0, 32, 64].map((at) => keys.subarray(at, at + 32));
  const mac = (who: string): Buffer =>
    createHmac('sha256', confirm ?? '')
      .update(who)
      .update(transcript)
      .digest();
  const record = recordOf(toDevice, 0, wifiRequest);
  const fingerprint = base32(sha256(pk));
  const hexes: readonly (readonly [string, Uint8Array | undefined])[] = [
    ['private key of e_c', bytesFrom(0x10, 32)],
    ['private key of e_d', bytesFrom(0x40, 32)],
    ['seed of the Ed25519 key', bytesFrom(0x70, 32)],
    ['m1', m1],
    ['m2', m2],
    ['tr', transcript],
    ['X25519 value', shared],
    ['K_conf', confirm],
    ['K_to_device', toDevice],
    ['K_to_client', toClient],
    ['frame 03', Buffer.concat([Buffer.of(3), mac('client')])],
    ['frame 04', Buffer.concat([Buffer.of(4), mac('device')])],
    ['record 0 to the gateway', record],
    ['record 0 to the phone', recordOf(toClient, 0, wifiAnswer)],
    ['record 1 to the gateway', recordOf(toDevice, 1, '{"id":2,"verb":"status","input":{}}')],
    ['first fragment, of 100 bytes', Buffer.concat([Buffer.of(0x00), record.subarray(0, 99)])],
    ['second fragment', Buffer.concat([Buffer.of(0x81), record.subarray(99)])],
    ['refusal: wait 16 s', Buffer.of(5, 6, 0, 16)],
  ];
  return new Map([
    ['set-up code (text)', code],
    ['text that is signed (text)', signed.replace('\n', '\\n')],
    ['fingerprint (text)', fingerprint],
    ['gateway id (text)', fingerprint.slice(0, 16).toLowerCase()],
    ['QR code (text)', `EGW1:${fingerprint}:${code}`],
    ['payload of record 0 to the gateway (text)', wifiRequest],
    ['payload of record 0 to the phone (text)', wifiAnswer],
    ...hexes.map(([name, bytes]) => [name, Buffer.from(bytes ?? []).toString('hex')] as const),
  ]);
}

/** The section as the document has it. */
export function vectorSection(): string {
  const rows = [...provisioningVectors()].map(([name, value]) => `| ${name} | \`${value}\` |`);
  const intro =
    'A session with fixed keys, in hex where nothing else is said. n_c is `a0` to `af`, n_d `b0` to `bf`. Made by `node scripts/provisioning-vectors.ts`.';
  return `${heading}\n${intro}\n\n| what | value |\n|---|---|\n${rows.join('\n')}\n`;
}

export function writtenVectorSection(): string {
  const text = readFileSync(documentPath, 'utf8');
  const from = text.indexOf(heading);
  return from === -1 ? '' : text.slice(from);
}

function recordOf(key: Uint8Array | undefined, counter: number, payload: string): Buffer {
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(BigInt(counter));
  const nonce = Buffer.concat([Buffer.alloc(16), count]);
  const box = nacl.secretbox(Buffer.from(payload), nonce, key ?? new Uint8Array(32));
  return Buffer.concat([Buffer.of(6), count, box]);
}

function bytesFrom(first: number, length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => first + index));
}

function x25519Key(first: number): KeyObject {
  return privateKey('302e020100300506032b656e04220420', bytesFrom(first, 32));
}

/** `prefix`: of the PKCS#8 form (RFC 8410), in hex. */
function privateKey(prefix: string, seed: Buffer): KeyObject {
  const key = Buffer.concat([Buffer.from(prefix, 'hex'), seed]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function rawPublicKey(key: KeyObject): Buffer {
  return Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

/** RFC 4648, capitals, without padding. */
function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups
    .map((group) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[parseInt(group.padEnd(5, '0'), 2)])
    .join('');
}

if (import.meta.main) {
  const text = readFileSync(documentPath, 'utf8');
  const from = text.indexOf(heading);
  const before = from === -1 ? `${text.trimEnd()}\n\n` : text.slice(0, from);
  writeFileSync(documentPath, before + vectorSection());
}
