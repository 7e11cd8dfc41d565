// S21: whatever somebody without the key does to a sent and to a stored chain is found, and the first bad record named;
// and two programs sign and check alike.
import { createPrivateKey, randomBytes, sign, verify, createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nacl from 'tweetnacl';
import { publishedGateway } from '../../test/verify/chain-builder.ts';
import { judged } from '../../test/verify/judged.ts';
import {
  fillStored,
  openStored,
  StoredChain,
  storedEpoch,
  storedTamperingKinds,
} from '../../test/verify/stored-chain.ts';
import { drawFrom, tamper, tamperedArguments, tamperedEpoch } from '../../test/verify/tampering.ts';

const tamperings = Number(process.argv[2] ?? 10_000);
const signatures = 1_000;
const seed = Number(process.env['EGW_TEST_SEED'] ?? randomBytes(4).readUInt32LE());
console.log(`seed ${seed}`);
figure('tamperings-of-a-sent-chain-missed', sentMissed(), tamperings);
figure('tamperings-of-a-stored-chain-missed', storedMissed(), tamperings);
figure('signatures-of-two-programs-that-differ', differing(), signatures);

function figure(name: string, missed: number, of: number): void {
  console.log(`${name} ${missed} of ${of} ${missed === 0 ? 'pass' : 'fail'}`);
}

function sentMissed(): number {
  return missed((index) => ({
    ...tamper(index, seed + index),
    words: tamperedArguments,
    epoch: tamperedEpoch,
  }));
}

function storedMissed(): number {
  const directory = mkdtempSync(join(tmpdir(), 'egw-tampering-'));
  const service = openStored(directory);
  fillStored(service);
  const { place } = service.telemetryStatus();
  service.close();
  const stored = new StoredChain(directory);
  const expected = `${storedEpoch}:${place?.sequence ?? 0}:${place?.head ?? ''}`;
  const words = ['--key', publishedGateway('owner').publicKey, '--expect', expected];
  const count = missed((index) => {
    const kind = storedTamperingKinds[index % storedTamperingKinds.length] ?? '';
    return { kind, ...stored.tampered(kind, drawFrom(seed + index)), words, epoch: storedEpoch };
  });
  stored.close();
  rmSync(directory, { recursive: true });
  return count;
}

interface Tampered {
  readonly kind: string;
  readonly lines: readonly string[];
  readonly firstRecord: number;
  readonly words: readonly string[];
  readonly epoch: string;
}

function missed(make: (index: number) => Tampered): number {
  let count = 0;
  for (let index = 0; index < tamperings; index += 1) {
    const { kind, lines, firstRecord, words, epoch } = make(index);
    const verdict = judged(words, lines);
    const first = verdict.chains.find((chain) => chain.epoch === epoch)?.faults[0]?.record;
    if (!verdict.isVerified && first === firstRecord) continue;
    count += 1;
    console.log(`${index}: ${kind}: record ${String(first)} instead of ${firstRecord}`);
  }
  return count;
}

function differing(): number {
  let count = 0;
  for (let index = 0; index < signatures; index += 1) {
    const pair = nacl.sign.keyPair.fromSeed(randomBytes(32));
    const message = randomBytes(index);
    const x = Buffer.from(pair.publicKey).toString('base64url');
    const d = Buffer.from(pair.secretKey.subarray(0, 32)).toString('base64url');
    const jwk = { kty: 'OKP', crv: 'Ed25519', x, d };
    const key = createPrivateKey({ key: jwk, format: 'jwk' });
    const signature = sign(null, message, key);
    const isSame = Buffer.from(nacl.sign.detached(message, pair.secretKey)).equals(signature);
    const isHeld = nacl.sign.detached.verify(message, signature, pair.publicKey);
    if (!isSame || !isHeld || !verify(null, message, createPublicKey(key), signature)) count += 1;
  }
  return count;
}
