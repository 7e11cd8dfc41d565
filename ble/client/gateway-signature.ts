import nacl from 'tweetnacl';

const ed25519KeyBytes = 32;

/** Ed25519 with a key of 32 bytes, else ES256: x and y of a point of P-256, and r and s, 32 bytes each. */
export async function isSignedBy(
  publicKey: Uint8Array,
  message: Uint8Array<ArrayBuffer>,
  signature: Uint8Array,
): Promise<boolean> {
  if (publicKey.length === ed25519KeyBytes) return nacl.sign.detached.verify(message, signature, publicKey);
  const curve = { name: 'ECDSA', namedCurve: 'P-256' };
  const point = Uint8Array.of(uncompressedPoint, ...publicKey);
  try {
    const key = await crypto.subtle.importKey('raw', point, curve, false, ['verify']);
    return await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature.slice(), message);
  } catch {
    // No point of the curve.
    return false;
  }
}

/** SEC 1, 2.3.3. */
const uncompressedPoint = 0x04;
