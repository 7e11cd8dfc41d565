import { Type, type Static } from 'typebox';
import { scopes } from '../command.ts';
import { closed, oneOf } from '../schema.ts';

/** What a backend tells the gateway, besides acknowledgements: docs/cloud-protocol.md. */
export type CloudMessageKind = 'command' | 'delegation' | 'revocation';

const issuer = Type.String({
  pattern: '^[a-z0-9][a-z0-9._-]{0,63}$',
  description: 'up to 64 small letters, digits, dots, dashes and underscores',
});
const gatewayId = Type.String({ pattern: '^[a-z2-7]{16}$', description: 'the id of a gateway' });
const instantMs = Type.Integer({ minimum: 0, maximum: 253_402_300_799_999, description: 'UTC epoch ms' });
const number = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const signature = Type.String({ pattern: '^[A-Za-z0-9_-]{86}$', description: '64 bytes in base64url' });
const version = Type.Integer({ minimum: 1, maximum: 1 });

export const purposes = ['ack', 'command'] as const;

export type Purpose = (typeof purposes)[number];

/** Issuers that one message may name, and gateways: more are more messages. */
const namesMax = 64;

const command = closed({
  v: version,
  kind: oneOf(['command']),
  gid: gatewayId,
  cmdId: Type.String({ pattern: '^[0-7][0-9A-HJKMNP-TV-Z]{25}$', description: 'a ULID' }),
  issuer,
  seq: number,
  iat: instantMs,
  exp: instantMs,
  scope: oneOf(scopes),
  body: closed({
    command: Type.String({ minLength: 1, maxLength: 80 }),
    input: Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object' }),
  }),
  signature,
});

const delegation = closed({
  v: version,
  kind: oneOf(['delegation']),
  issuer,
  key: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', description: '32 bytes in base64url' }),
  purposes: Type.Array(oneOf(purposes), { minItems: 1, maxItems: purposes.length, uniqueItems: true }),
  // Scopes of newer versions are no reason to refuse the others.
  scopes: Type.Array(Type.String({ minLength: 1, maxLength: 32 }), { maxItems: 16, uniqueItems: true }),
  gateways: Type.Array(Type.String({ pattern: '^([a-z2-7]{16}|\\*)$' }), {
    minItems: 1,
    maxItems: namesMax,
    description: 'ids of gateways, or *',
  }),
  from: instantMs,
  until: instantMs,
  number,
  signature,
});

const revocation = closed({
  v: version,
  kind: oneOf(['revocation']),
  number,
  issuers: Type.Array(Type.String({ pattern: '^([a-z0-9][a-z0-9._-]{0,63}|\\*)$' }), {
    minItems: 1,
    maxItems: namesMax,
    description: 'issuers, or * for all',
  }),
  signature,
});

/** A command of an issuer, whoever may have sent it. */
export type CloudCommandMessage = Static<typeof command>;

/** The root's word that an issuer may do something for a while. */
export type Delegation = Static<typeof delegation>;

/** The root's word that delegations up to a number are void. */
export type Revocation = Static<typeof revocation>;

export const cloudMessageSchemas = { command, delegation, revocation } as const;
