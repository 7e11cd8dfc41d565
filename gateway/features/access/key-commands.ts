import { Type } from 'typebox';
import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { newcomerInput } from '../newcomer.ts';
import { closed, duration, instant } from '../schema.ts';
import type { Challenges } from './challenges.ts';
import type { ClientKeyRegister } from './client-key-register.ts';
import { clientKeyText } from './client-key-text.ts';
import { grantedScopes, lifeOf, refuseMoreThanOwn, timeToLive } from './granted.ts';
import { keyFacts, keyFactsOf } from './key-facts.ts';
import type { SignedRequests } from './signed-requests.ts';

export interface KeyPorts {
  readonly keys: ClientKeyRegister;
  readonly challenges: Challenges;
  readonly signatures: Pick<SignedRequests, 'needsChallenge'>;
  readonly gatewayId: string;
  readonly clock: Clock;
}

const keyAdd = defineCommand({
  id: 'key.add',
  summary: 'Let in who signs with this key',
  scope: 'admin',
  isClosedToCloud: true,
  input: closed({
    publicKey: newcomerInput.publicKey,
    scope: grantedScopes,
    ttl: Type.Optional(timeToLive),
    label: Type.Optional(newcomerInput.label),
  }),
  output: closed(keyFacts),
  http: { method: 'POST', path: '/api/v1/keys', status: 201 },
  cli: { verb: 'key add', positionals: ['publicKey'] },
  run: async ({ keys }: KeyPorts, { publicKey, scope, ttl, label: name }, call) => {
    refuseMoreThanOwn(scope, call);
    const wanted = { scopes: scope, lifeMs: lifeOf(ttl), label: name ?? 'unnamed' };
    return keyFactsOf(await keys.add({ ...wanted, publicKey: clientKeyText(publicKey) }));
  },
});

const keyList = defineCommand({
  id: 'key.list',
  summary: 'The keys of clients that sign their requests',
  scope: 'admin',
  input: closed({}),
  output: closed({ keys: Type.Array(closed(keyFacts)) }),
  http: { method: 'GET', path: '/api/v1/keys' },
  cli: {
    verb: 'key list',
    list: 'keys',
    columns: ['id', 'label', 'scopes', 'createdMs', 'expiresMs', 'usedMs'],
  },
  run: ({ keys }: KeyPorts) => ({ keys: keys.list().map(keyFactsOf) }),
});

const keyRemove = defineCommand({
  id: 'key.remove',
  summary: 'Remove a key: what it signs is refused at once',
  scope: 'admin',
  isClosedToCloud: true,
  input: closed({ id: Type.String({ minLength: 1, maxLength: 64, description: 'As in the list' }) }),
  output: closed({ removed: Type.String() }),
  http: { method: 'DELETE', path: '/api/v1/keys/:id' },
  cli: { verb: 'key remove', positionals: ['id'] },
  run: async ({ keys }: KeyPorts, { id }) => {
    if (await keys.remove(id)) return { removed: id };
    throw new GatewayError('not_found', `there is no key ${JSON.stringify(id)}`, {
      hint: 'see their ids with: egw key list',
    });
  },
});

const authChallenge = defineCommand({
  id: 'auth.challenge',
  summary: 'A nonce that makes the next signed request new, whatever the clocks say',
  scope: 'open',
  input: closed({}),
  output: closed({
    gateway: Type.String({ description: 'The id of this gateway, which is signed, too' }),
    challenge: Type.String({ description: 'For x-gw-nonce, once' }),
    lifeMs: duration(),
    required: Type.Boolean({ description: 'Whether other nonces are refused now' }),
    atMs: instant({ description: 'The clock of the gateway' }),
  }),
  http: { method: 'GET', path: '/api/v1/auth/challenge' },
  run: ({ challenges, signatures, gatewayId, clock }: KeyPorts, _input, { origin }) => {
    const { nonce, lifeMs } = challenges.issue(origin);
    return {
      gateway: gatewayId,
      challenge: nonce,
      lifeMs,
      required: signatures.needsChallenge(),
      atMs: clock.wall(),
    };
  },
});

export const keyCommands = [keyAdd, keyList, keyRemove, authChallenge] as const;

/** The commands about signing with what they need. */
export function bindKeyCommands(ports: KeyPorts): readonly BoundCommand[] {
  return [
    bindCommand(keyAdd, ports),
    bindCommand(keyList, ports),
    bindCommand(keyRemove, ports),
    bindCommand(authChallenge, ports),
  ];
}
