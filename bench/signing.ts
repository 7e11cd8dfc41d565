import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import nacl from 'tweetnacl';
import { atecc608 } from '../gateway/io/signers/atecc608.ts';
import { silentLogger } from '../gateway/core/logger.ts';
import { Atecc608Chip } from '../modbus-sim/i2c/atecc608-chip.ts';
import { median, numberArgument, print, printAim } from './measure.ts';

/**
 * What signing costs: one signature for a batch of a minute, by node:crypto and by tweetnacl in turn, as processor time
 * for 1,000 readings; and how long a chip takes for it on a bus at 100 kHz, by the emulated chip and its own times.
 */
const readingsPerBatch = numberArgument('readings', 2_400);
const rounds = numberArgument('rounds', 200);
const thousands = readingsPerBatch / 1_000;

const node: number[] = [];
const reference: number[] = [];
let same = 0;
for (let round = 0; round < rounds; round += 1) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const seed = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  const { secretKey } = nacl.sign.keyPair.fromSeed(seed);
  const head = createHash('sha256').update(seed).digest('hex');
  const message = Buffer.from(`gw-telemetry-1\nabcdefgh234567ab\n0011223344556677\n${round}\n2400\n${head}`);
  const ours = timed(node, () => sign(null, message, privateKey));
  const theirs = timed(reference, () => nacl.sign.detached(message, secretKey));
  if (ours.equals(theirs) && verify(null, message, publicKey, theirs)) same += 1;
}
print('node_crypto_signature_ms', median(node), 'ms');
print('tweetnacl_signature_ms', median(reference), 'ms');
print('node_crypto_per_1000_readings_ms', median(node) / thousands, 'ms');
print('tweetnacl_per_1000_readings_ms', median(reference) / thousands, 'ms');
printAim('node_crypto_share', median(node) / median(reference), 'ratio', median(node) < median(reference));
printAim('signatures_same_bytes', same, `of ${rounds}`, same === rounds);
print('atecc608_signature_ms', await chipMs(), 'ms on the bus');

function timed<Result>(into: number[], run: () => Result): Result {
  const startMs = performance.now();
  const result = run();
  into.push(performance.now() - startMs);
  return result;
}

/** In the emulated chip's time: bytes at 100 kHz, nine bits each, and its waits. */
async function chipMs(): Promise<number> {
  const chip = new Atecc608Chip({ serial: Buffer.alloc(9, 1), secret: Buffer.alloc(32, 0x11) });
  let nowMs = 0;
  const refused = (): Error => Object.assign(new Error('EREMOTEIO'), { code: 'EREMOTEIO' });
  const signer = await atecc608.open(
    {},
    {
      disk: { readText: () => undefined, writeText: () => undefined, remove: () => undefined },
      fileAccess: () => undefined,
      logger: silentLogger,
      dataDirectory: '/',
      pause: (ms) => Promise.resolve(void (nowMs += ms)),
      randomBytes: (count) => Buffer.alloc(count),
      openI2cBus: () =>
        Promise.resolve({
          i2cWrite: (address, length, buffer) => {
            nowMs += (length + 1) * 0.09;
            if (address === 0) chip.wake(nowMs);
            const isTaken = address === 0x60 && chip.write(buffer.subarray(0, length), nowMs);
            return isTaken ? Promise.resolve({ bytesWritten: length }) : Promise.reject(refused());
          },
          i2cRead: (address, length, buffer) => {
            nowMs += (length + 1) * 0.09;
            const bytes = address === 0x60 ? chip.read(length, nowMs) : undefined;
            buffer.set(bytes ?? []);
            return bytes === undefined ? Promise.reject(refused()) : Promise.resolve({ bytesRead: length });
          },
          close: () => Promise.resolve(),
        }),
    },
  );
  const startMs = nowMs;
  const message = Buffer.from('m');
  const signature = await signer.sign(message);
  const half = (from: number): string =>
    Buffer.from(chip.publicKey.subarray(from, from + 32)).toString('base64url');
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: half(0), y: half(32) }, format: 'jwk' });
  if (!verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature)) return Number.NaN;
  return nowMs - startMs;
}
