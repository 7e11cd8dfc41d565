import { join } from 'node:path';
import { keyFileDamaged, readKeyFile } from './key-file.ts';
import type { SignerDefinition, SignerPorts } from './signer.ts';

const fileName = 'identity-unsigned.txt';

/** Signs nothing. Its public key is a name and no more: random bytes that are kept. */
export const none: SignerDefinition = {
  id: 'none',
  title: 'None: nothing is signed, for development only',
  source: 'docs/cloud-protocol.md, “Batches”',
  options: {},
  open: (_options, ports) =>
    Promise.resolve().then(() => {
      const publicKey = nameOf(ports);
      ports.logger.warn({}, 'identity.signer is none: nobody can tell who sends what this gateway sends');
      return {
        algorithm: 'none',
        publicKey,
        sign: () => Promise.resolve(new Uint8Array()),
        close: () => Promise.resolve(),
      };
    }),
};

function nameOf(ports: SignerPorts): Uint8Array {
  const path = join(ports.dataDirectory, fileName);
  const text = readKeyFile(path, ports);
  if (text === undefined) {
    const bytes = ports.randomBytes(32);
    ports.disk.writeText(path, `${Buffer.from(bytes).toString('base64url')}\n`, 0o600);
    return bytes;
  }
  const bytes = Buffer.from(text.trim(), 'base64url');
  if (bytes.length !== 32 || bytes.toString('base64url') !== text.trim())
    throw keyFileDamaged(path, 'does not hold 32 bytes in base64url', {
      hint: 'remove the file: the gateway gets another id',
    });
  return bytes;
}
