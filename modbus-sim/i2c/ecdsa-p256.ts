import { createECDH, createHash } from 'node:crypto';

/** The order of the group of P-256 (FIPS 186-5, via SP 800-186, 3.2.1.3). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** r and s, 64 bytes, of a SHA-256 that was computed elsewhere; the same for the same secret and digest. */
export function signDigest(secret: Uint8Array, digest: Uint8Array): Buffer {
  const once = (numberOf(createHash('sha256').update(secret).update(digest).digest()) % (order - 1n)) + 1n;
  const point = createECDH('prime256v1');
  point.setPrivateKey(bytesOf(once));
  const r = numberOf(point.getPublicKey().subarray(1, 33)) % order;
  const s = (inverse(once) * (numberOf(digest) + r * numberOf(secret))) % order;
  return Buffer.concat([bytesOf(r), bytesOf(s)]);
}

/** Fermat: the order is a prime. */
function inverse(value: bigint): bigint {
  let result = 1n;
  for (let square = value, left = order - 2n; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % order;
    square = (square * square) % order;
  }
  return result;
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function bytesOf(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
}
