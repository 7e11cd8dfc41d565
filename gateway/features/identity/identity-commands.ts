import { randomBytes } from 'node:crypto';
import { Type, type Static } from 'typebox';
import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import type { Identity } from '../../core/identity.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, instant, nullable, oneOf } from '../schema.ts';
import type { StorePort } from '../store-port.ts';
import { identityToken } from './identity-token.ts';
import { publicKeyForms } from './public-key-forms.ts';

export interface IdentityPorts {
  readonly identity: Identity;
  readonly clock: Pick<Clock, 'wall'>;
  readonly siteName: string;
  readonly store: StorePort<'getSetting' | 'putSetting'>;
}

const ownerSetting = 'identity.owner';
const messageBytesMax = 256;
const printable = '^[^\\p{Cc}]*$';

const algorithm = oneOf(['Ed25519', 'ES256', 'none']);
const gatewayId = Type.String({ description: 'Of the public key: base 32 of its SHA-256, 16 characters' });
const identityFacts = closed({
  id: gatewayId,
  serial: Type.String({ description: 'Hex: of the chip, or of the public key' }),
  name: Type.String({ description: 'Of the site, from the configuration' }),
  owner: nullable(Type.String({ description: 'Whoever it was given to' })),
  algorithm,
  publicKey: Type.String({ description: 'base64url without padding' }),
  compactKey: nullable(Type.String({ description: 'The public key in Base58Check' })),
  pem: nullable(Type.String({ description: 'The public key, as openssl reads it' })),
});
const signedText = closed({
  id: gatewayId,
  algorithm,
  signed: Type.String({ description: 'Exactly what was signed: four lines, with a line feed between' }),
  signature: Type.String({ description: 'base64url without padding; empty where there is no signer' }),
  atMs: instant(),
  nonce: Type.String({ description: '16 random bytes, hex' }),
});

const identityShow = defineCommand({
  id: 'identity.show',
  summary: 'Who the gateway is to others: its id, its public key, its owner',
  scope: 'read',
  input: closed({}),
  output: identityFacts,
  http: { method: 'GET', path: '/api/v1/identity' },
  cli: { verb: 'identity show' },
  run: async (ports: IdentityPorts) => await factsOf(ports),
});

const identityOwner = defineCommand({
  id: 'identity.owner',
  summary: 'Say whose gateway it is; without a name it is nobody’s',
  scope: 'admin',
  input: closed({
    owner: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, pattern: printable, description: 'A name, or a key' }),
    ),
  }),
  output: identityFacts,
  http: { method: 'PUT', path: '/api/v1/identity/owner' },
  cli: { verb: 'identity owner', positionals: ['owner'] },
  run: async (ports: IdentityPorts, { owner }) => {
    await ports.store.call('putSetting', ownerSetting, owner ?? '');
    return await factsOf(ports);
  },
});

const identitySign = defineCommand({
  id: 'identity.sign',
  summary: 'Sign a message, to prove that the gateway is the one of this key',
  scope: 'admin',
  input: closed({
    message: Type.String({
      maxLength: messageBytesMax,
      pattern: printable,
      description: `A line of up to ${messageBytesMax} bytes; signed with the time and a number used once`,
    }),
  }),
  output: signedText,
  http: { method: 'POST', path: '/api/v1/identity/sign' },
  cli: { verb: 'identity sign', positionals: ['message'] },
  run: async ({ identity, clock }: IdentityPorts, { message }) => {
    if (Buffer.byteLength(message) > messageBytesMax) throw tooLong(message);
    const atMs = clock.wall();
    const nonce = randomBytes(16).toString('hex');
    const lines = [message, String(atMs), nonce];
    const signature = await identity.sign('gw-message-1', lines);
    const signed = ['gw-message-1', ...lines].join('\n');
    return { id: identity.gatewayId, algorithm: identity.algorithm, signed, signature, atMs, nonce };
  },
});

export const identityCommands = [identityShow, identityOwner, identitySign, identityToken] as const;

/** The commands about who the gateway is with what they need. */
export function bindIdentityCommands(ports: IdentityPorts): readonly BoundCommand[] {
  return [
    bindCommand(identityShow, ports),
    bindCommand(identityOwner, ports),
    bindCommand(identitySign, ports),
    bindCommand(identityToken, ports),
  ];
}

async function factsOf({ identity, siteName, store }: IdentityPorts): Promise<Static<typeof identityFacts>> {
  const owner = await store.call('getSetting', ownerSetting);
  return {
    id: identity.gatewayId,
    serial: identity.serial,
    name: siteName,
    owner: owner === undefined || owner === '' ? null : owner,
    algorithm: identity.algorithm,
    publicKey: Buffer.from(identity.publicKey).toString('base64url'),
    ...publicKeyForms(identity.algorithm, identity.publicKey),
  };
}

function tooLong(message: string): GatewayError {
  return new GatewayError('input_invalid', `the message is ${Buffer.byteLength(message)} bytes long`, {
    hint: `give at most ${messageBytesMax} bytes: of something longer, its hash`,
  });
}
