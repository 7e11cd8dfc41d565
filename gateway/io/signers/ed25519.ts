import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import type { Signer } from '../../core/signer.ts';
import { keyFileDamaged, readKeyFile } from './key-file.ts';
import type { SignerDefinition, SignerPorts } from './signer.ts';

const fileName = 'identity.pem';
/** What stands before the 32 bytes of the seed (RFC 8410, 7 and 10.3). */
const seedPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const block = /-----BEGIN ([A-Z ]+)-----\n[A-Za-z0-9+/=\n]+-----END \1-----\n/g;

/** In a file, where whoever gets the card gets it as well. */
export const ed25519: SignerDefinition = {
  id: 'ed25519',
  title: 'Ed25519, the key in a file',
  source: 'RFC 8032; RFC 8410 (PKCS #8)',
  options: {},
  open: (_options, ports) => Promise.resolve().then(() => openKey(ports)),
};

function openKey(ports: SignerPorts): Signer {
  const path = join(ports.dataDirectory, fileName);
  const text = readKeyFile(path, ports);
  const key = text === undefined ? makeKey(path, ports) : keyOf(text, path);
  const publicKey = publicBytes(key);
  return {
    algorithm: 'Ed25519',
    publicKey,
    sign: (message) => Promise.resolve(sign(null, message, key)),
    close: () => Promise.resolve(),
  };
}

function makeKey(path: string, { disk, logger, randomBytes }: SignerPorts): KeyObject {
  const der = Buffer.concat([seedPrefix, randomBytes(32)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  // The public key stands behind it, so that a flipped bit is told from another key.
  const publicPart = createPublicKey(key).export({ type: 'spki', format: 'pem' });
  disk.writeText(
    path,
    key.export({ type: 'pkcs8', format: 'pem' }).toString() + publicPart.toString(),
    0o600,
  );
  logger.info({ file: path }, 'the key of this gateway was made: keep a copy with egw identity export');
  return key;
}

/** The private key, and the public one of the same: a file of openssl has the first alone. */
function keyOf(text: string, path: string): KeyObject {
  const blocks = text.replaceAll('\r\n', '\n').match(block) ?? [];
  const [privateText, publicText, ...more] = blocks;
  const isAll = blocks.join('').trim() === text.replaceAll('\r\n', '\n').trim();
  if (privateText === undefined || more.length > 0 || !isAll)
    throw keyFileDamaged(path, text.trim() === '' ? 'is empty' : 'is no private key in PEM');
  const key = parsed(privateText, path);
  if (key.asymmetricKeyType !== 'ed25519')
    throw keyFileDamaged(path, `has a key of another kind: ${key.asymmetricKeyType ?? 'unknown'}`);
  const expected = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  if (publicText !== undefined && publicText !== expected)
    throw keyFileDamaged(path, 'has a private key and a public one that do not belong together');
  return key;
}

function parsed(pem: string, path: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw keyFileDamaged(path, 'has no private key that can be used', { cause });
  }
}

function publicBytes(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32);
}
