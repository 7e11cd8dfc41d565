import { Type, type Static } from 'typebox';
import { durationPattern, parseDurationMs } from '../../core/duration.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { StoredToken } from '../../storage/store-calls.ts';
import {
  bindCommand,
  defineCommand,
  scopes,
  type BoundCommand,
  type CommandCall,
  type Scope,
} from '../command.ts';
import { closed, duration, instant, nullable, oneOf } from '../schema.ts';
import type { Pairing } from './pairing.ts';
import type { NewToken, TokenRegister } from './token-register.ts';

export interface AccessPorts {
  readonly tokens: TokenRegister;
  readonly pairing: Pairing;
}

/** What pairing gives: everything but raw access to device registers, which the owner grants by hand. */
const pairedScopes = [
  'read',
  'control',
  'jobs:run',
  'admin',
  'provision',
] as const satisfies readonly Scope[];

const label = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[^\\p{Cc}]+$',
  description: 'What it is for',
});
const tokenFacts = {
  id: Type.String(),
  label: Type.String(),
  scopes: Type.Array(Type.String()),
  createdMs: instant(),
  expiresMs: instant(),
};
const newToken = closed({
  ...tokenFacts,
  token: Type.String({ description: 'The secret, shown only this once' }),
});
const pairingState = closed({
  open: Type.Boolean(),
  code: nullable(Type.String({ description: 'Only while open' })),
  remainingMs: nullable(duration({ description: 'null while it stays open until used' })),
});

const tokenCreate = defineCommand({
  id: 'token.create',
  summary: 'Make a token: the only time its secret is shown',
  scope: 'admin',
  isClosedToCloud: true,
  input: closed({
    scope: Type.Array(oneOf(scopes), {
      minItems: 1,
      maxItems: scopes.length,
      uniqueItems: true,
      description: `Any of ${scopes.join(', ')}`,
    }),
    ttl: Type.Optional(
      Type.String({
        pattern: durationPattern,
        description: 'How long it is valid: 1h, 30d; a year unless said',
      }),
    ),
    label: Type.Optional(label),
  }),
  output: newToken,
  http: { method: 'POST', path: '/api/v1/tokens', status: 201 },
  cli: { verb: 'token create' },
  run: async ({ tokens }: AccessPorts, input, call) => {
    refuseMoreThanOwn(input.scope, call);
    const lifeMs = input.ttl === undefined ? limits.tokenLifeMsDefault : parseDurationMs(input.ttl);
    if (lifeMs === undefined || lifeMs < 1000 || lifeMs > limits.tokenLifeMsMax) {
      throw new GatewayError('input_invalid', `a token cannot be valid for ${input.ttl ?? ''}`, {
        hint: 'give from 1s to 3650d',
      });
    }
    return await makeToken(tokens, { scopes: input.scope, lifeMs, label: input.label ?? 'unnamed' });
  },
});

const tokenList = defineCommand({
  id: 'token.list',
  summary: 'The tokens, without their secrets',
  scope: 'admin',
  input: closed({}),
  output: closed({ tokens: Type.Array(closed(tokenFacts)) }),
  http: { method: 'GET', path: '/api/v1/tokens' },
  cli: { verb: 'token list', list: 'tokens' },
  run: ({ tokens }: AccessPorts) => ({ tokens: tokens.list().map(tokenFactsOf) }),
});

const tokenRemove = defineCommand({
  id: 'token.remove',
  summary: 'Remove a token: it is refused at once',
  scope: 'admin',
  isClosedToCloud: true,
  input: closed({ id: Type.String({ minLength: 1, maxLength: 64, description: 'As in the list' }) }),
  output: closed({ removed: Type.String() }),
  http: { method: 'DELETE', path: '/api/v1/tokens/:id' },
  cli: { verb: 'token remove', positionals: ['id'] },
  run: async ({ tokens }: AccessPorts, { id }) => {
    if (await tokens.remove(id)) return { removed: id };
    throw new GatewayError('not_found', `there is no token ${JSON.stringify(id)}`, {
      hint: 'see their ids with: egw token list',
    });
  },
});

const pairingOpen = defineCommand({
  id: 'pairing.open',
  summary: 'Open pairing for five minutes with a new code',
  scope: 'admin',
  isClosedToCloud: true,
  input: closed({}),
  output: pairingState,
  http: { method: 'POST', path: '/api/v1/pairing' },
  cli: { verb: 'pairing open' },
  run: ({ pairing }: AccessPorts) => pairing.openWindow(),
});

const pairingShow = defineCommand({
  id: 'pairing.show',
  summary: 'Whether pairing is open, and its code',
  scope: 'admin',
  isClosedToCloud: true,
  input: closed({}),
  output: pairingState,
  http: { method: 'GET', path: '/api/v1/pairing' },
  cli: { verb: 'pairing show' },
  run: ({ pairing }: AccessPorts) => pairing.state(),
});

const pairingPair = defineCommand({
  id: 'pairing.pair',
  summary: 'Exchange the code on the console for a token',
  scope: 'open',
  isClosedToCloud: true,
  input: closed({
    code: Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'Four groups of four; case and dashes do not count',
    }),
    label,
  }),
  output: newToken,
  http: { method: 'POST', path: '/api/v1/pair', status: 201 },
  run: async ({ tokens, pairing }: AccessPorts, input) => {
    const reopen = pairing.redeem(input.code);
    const wanted = { scopes: pairedScopes, lifeMs: limits.tokenLifeMsDefault, label: input.label };
    try {
      return await makeToken(tokens, wanted);
    } catch (error) {
      reopen();
      throw error;
    }
  },
});

export const accessCommands = [
  tokenCreate,
  tokenList,
  tokenRemove,
  pairingOpen,
  pairingShow,
  pairingPair,
] as const;

/** The commands of this feature with what they need. */
export function bindAccessCommands(ports: AccessPorts): readonly BoundCommand[] {
  return [
    bindCommand(tokenCreate, ports),
    bindCommand(tokenList, ports),
    bindCommand(tokenRemove, ports),
    bindCommand(pairingOpen, ports),
    bindCommand(pairingShow, ports),
    bindCommand(pairingPair, ports),
  ];
}

function refuseMoreThanOwn(wanted: readonly Scope[], call: CommandCall): void {
  const missing = wanted.filter((scope) => !call.principal.scopes.has(scope));
  if (missing.length === 0) return;
  throw new GatewayError(
    'forbidden',
    `a token cannot grant ${missing.join(', ')}, which its maker does not have`,
    {
      hint: 'leave these scopes out, or make the token on the gateway itself',
    },
  );
}

async function makeToken(tokens: TokenRegister, wanted: NewToken): Promise<Static<typeof newToken>> {
  const { token, secret } = await tokens.create(wanted);
  return { ...tokenFactsOf(token), token: secret };
}

function tokenFactsOf(token: StoredToken): Omit<Static<typeof newToken>, 'token'> {
  const { id, label, scopes: granted, createdMs, expiresMs } = token;
  return { id, label, scopes: [...granted], createdMs, expiresMs };
}
