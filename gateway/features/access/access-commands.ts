import { Type, type Static } from 'typebox';
import { GatewayError } from '../../core/errors.ts';
import type { StoredToken } from '../../storage/store-calls.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { admittedNewcomer, isGivenToken, newcomerInput } from '../newcomer.ts';
import { closed, duration, instant, nullable } from '../schema.ts';
import { createAdmission } from './admit-newcomer.ts';
import { grantedScopes, lifeOf, refuseMoreThanOwn, timeToLive } from './granted.ts';
import type { ClientKeyRegister } from './client-key-register.ts';
import { pairedScopes, type Pairing } from './pairing.ts';
import type { NewToken, TokenRegister } from './token-register.ts';

export interface AccessPorts {
  readonly tokens: TokenRegister;
  readonly keys: ClientKeyRegister;
  readonly pairing: Pairing;
}

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
    scope: grantedScopes,
    ttl: Type.Optional(timeToLive),
    label: Type.Optional(newcomerInput.label),
  }),
  output: newToken,
  http: { method: 'POST', path: '/api/v1/tokens', status: 201 },
  givesToken: () => true,
  cli: { verb: 'token create' },
  run: async ({ tokens }: AccessPorts, input, call) => {
    refuseMoreThanOwn(input.scope, call);
    const wanted = { scopes: input.scope, lifeMs: lifeOf(input.ttl), label: input.label ?? 'unnamed' };
    return await makeToken(tokens, wanted);
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
  run: ({ pairing }: AccessPorts, _input, call) => {
    // Nobody grants more than he has.
    return pairing.openWindow(pairedScopes.filter((scope) => call.principal.scopes.has(scope)));
  },
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
  run: ({ pairing }: AccessPorts, _input, call) => {
    const state = pairing.state();
    // Whoever knows the code has what it gives.
    const mayKnow = pairing.scopes.every((scope) => call.principal.scopes.has(scope));
    return mayKnow ? state : { ...state, code: null };
  },
});

const pairingPair = defineCommand({
  id: 'pairing.pair',
  summary: 'Exchange the code on the console for a token, or for a place among the keys',
  scope: 'open',
  input: closed({
    code: Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'Four groups of four; case and dashes do not count',
    }),
    label: newcomerInput.label,
    publicKey: Type.Optional(newcomerInput.publicKey),
  }),
  output: admittedNewcomer,
  http: { method: 'POST', path: '/api/v1/pair', status: 201 },
  givesToken: isGivenToken,
  run: async ({ pairing, ...registers }: AccessPorts, { code, ...newcomer }) => {
    // A key that is no good must not use up the code.
    const admit = createAdmission(registers)(newcomer);
    const { scopes } = pairing;
    const reopen = pairing.redeem(code);
    try {
      return await admit(scopes);
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

async function makeToken(tokens: TokenRegister, wanted: NewToken): Promise<Static<typeof newToken>> {
  const { token, secret } = await tokens.create(wanted);
  return { ...tokenFactsOf(token), token: secret };
}

function tokenFactsOf(token: StoredToken): Omit<Static<typeof newToken>, 'token'> {
  const { id, label, scopes: granted, createdMs, expiresMs } = token;
  return { id, label, scopes: [...granted], createdMs, expiresMs };
}
