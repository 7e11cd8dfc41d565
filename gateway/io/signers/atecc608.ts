import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { errorCodeOf } from '../../core/errors.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { Atecc608Chip } from './atecc608-chip.ts';
import { chipCommands, chipFailed } from './atecc608-packet.ts';
import { keyFileDamaged, readKeyFile } from './key-file.ts';
import type { SignerDefinition, SignerPorts } from './signer.ts';

const options = {
  i2cBus: {
    type: 'integer',
    description: 'Of atecc608: number of its I2C bus, as in /dev/i2c-1.',
    default: 1,
    min: 0,
    max: 255,
  },
  i2cAddress: {
    type: 'choice',
    description: 'Of atecc608: its address on the bus, 7 bits; auto tries both.',
    values: ['auto', '0x35', '0x60'],
    default: 'auto',
  },
} as const satisfies OptionFields;

/** Public parts of the chip that was there first: so that the gateway has its name while the chip is silent. */
const fileName = 'identity-chip.json';
/** X and Y. */
const publicKeyBytes = 64;

/** A P-256 key that was made in the chip's slot 0 and cannot leave it. */
export const atecc608: SignerDefinition = {
  id: 'atecc608',
  title: 'Microchip ATECC608A or B, the key in a chip',
  source: 'Microchip DS40002239 and CryptoAuthLib, lib/calib; the ancestor, “Crypto identity”',
  options,
  open: async (values, ports) => {
    const path = join(ports.dataDirectory, fileName);
    const known = knownChip(path, ports);
    const chip = new Atecc608Chip({
      openBus: async () => await ports.openI2cBus(Number(values['i2cBus'] ?? options.i2cBus.default)),
      pause: ports.pause,
      addresses: addressesOf(values),
    });
    const facts = await present(chip, known, ports).catch(async (error: unknown) => {
      await chip.close();
      throw error;
    });
    if (known === undefined) ports.disk.writeText(path, `${JSON.stringify(facts)}\n`, 0o600);
    else if (known.publicKey !== facts.publicKey) {
      await chip.close();
      throw anotherChip(path);
    }
    return signerOf(chip, facts);
  },
};

interface ChipFacts {
  /** Hex. */
  readonly serial: string;
  /** Hex of X and Y. */
  readonly publicKey: string;
}

function signerOf(chip: Atecc608Chip, facts: ChipFacts): Awaited<ReturnType<SignerDefinition['open']>> {
  const key = keyOf(facts.publicKey);
  return {
    algorithm: 'ES256',
    publicKey: Buffer.from(facts.publicKey, 'hex'),
    chipSerial: Buffer.from(facts.serial, 'hex'),
    sign: async (message) => await signOn(chip, key, message),
    close: async () => await chip.close(),
  };
}

/** A signature that does not fit the key is another chip's, or a damaged one: it is not given to anybody. */
async function signOn(chip: Atecc608Chip, key: KeyObject, message: Uint8Array): Promise<Uint8Array> {
  const digest = createHash('sha256').update(message).digest();
  return await chip.use(async (execute) => {
    await execute(chipCommands.random());
    await execute(chipCommands.loadDigest(digest));
    const signature = await execute(chipCommands.sign());
    if (!verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature))
      throw chipFailed('gave a signature that is not by the key of this gateway', {
        reason: 'wrong_signature',
        hint: 'put the chip back that the gateway had when it was set up',
      });
    return signature;
  });
}

/** The chip's own word; while it is silent, what it said when it was first seen. */
async function present(
  chip: Atecc608Chip,
  known: ChipFacts | undefined,
  { logger }: SignerPorts,
): Promise<ChipFacts> {
  try {
    return await chip.use(async (execute) => {
      const [, , family] = await execute(chipCommands.revision());
      if (family !== 0x60)
        throw chipFailed('is no ATECC608', {
          reason: 'other_chip',
          hint: 'other chips of the family cannot sign as it does',
        });
      const configuration = await execute(chipCommands.configuration());
      // DS40002239, “Configuration zone”: SN[0:3] are bytes 0 to 3, SN[4:8] bytes 8 to 12.
      const serial = Buffer.concat([configuration.subarray(0, 4), configuration.subarray(8, 13)]);
      const publicKey = Buffer.from(await execute(chipCommands.publicKey())).toString('hex');
      keyOf(publicKey);
      return { serial: serial.toString('hex'), publicKey };
    });
  } catch (error) {
    if (known === undefined || errorCodeOf(error) !== 'signer_unavailable') throw error;
    logger.error({ error }, 'the chip that signs does not answer: nothing can be signed until it does');
    return known;
  }
}

function knownChip(path: string, ports: SignerPorts): ChipFacts | undefined {
  const text = readKeyFile(path, ports);
  if (text === undefined) return undefined;
  const found = parsed(text) as Partial<ChipFacts> | undefined;
  const isWhole =
    /^[0-9a-f]{18}$/.test(found?.serial ?? '') && /^[0-9a-f]{128}$/.test(found?.publicKey ?? '');
  if (found === undefined || !isWhole) {
    throw keyFileDamaged(path, 'does not hold the public key of a chip', {
      hint: 'remove the file: the chip is asked anew',
    });
  }
  return found as ChipFacts;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function keyOf(publicKey: string): KeyObject {
  const half = (from: number): string =>
    Buffer.from(publicKey, 'hex')
      .subarray(from, from + publicKeyBytes / 2)
      .toString('base64url');
  try {
    return createPublicKey({
      key: { kty: 'EC', crv: 'P-256', x: half(0), y: half(publicKeyBytes / 2) },
      format: 'jwk',
    });
  } catch (cause) {
    throw chipFailed('has no key of P-256 in slot 0', { reason: 'no_key', cause });
  }
}

function addressesOf({ i2cAddress }: OptionValues): readonly number[] {
  return i2cAddress === '0x35' || i2cAddress === '0x60' ? [Number(i2cAddress)] : [0x35, 0x60];
}

function anotherChip(path: string): Error {
  return keyFileDamaged(path, 'names another chip than the one that answers', {
    hint: 'put the chip back that was there first, or remove the file to be another gateway from now on',
  });
}
