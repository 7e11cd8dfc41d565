import { Type } from 'typebox';
import { GatewayError } from '../../core/errors.ts';
import { bindCommand, defineCommand, type BoundCommand, type Scope } from '../command.ts';
import { admittedNewcomer, isGivenToken, newcomerInput, type AdmitNewcomer } from '../newcomer.ts';
import { closed, duration, nullable, oneOf } from '../schema.ts';
import type { SecurityNotes } from '../security-events.ts';
import type { SetupDoor } from './setup-door.ts';
import type { SetupLabel } from './setup-label.ts';

export interface OwningPorts {
  readonly gatewayId: string;
  /** What somebody is given who has proved to know the code, and nobody more than that. */
  readonly pairedScopes: readonly Scope[];
  readonly admit: AdmitNewcomer;
  readonly security: SecurityNotes;
  readonly door: SetupDoor;
  readonly endSession: () => void;
  readonly label: () => SetupLabel;
  /** Whether the button is held, and has been for ten seconds. */
  readonly isHeldForReset: () => boolean;
  /** Makes the next start a first one, and starts again. Errors: `data_dir_unusable`. */
  readonly reset: (by: string) => void;
}

const provisionPair = defineCommand({
  id: 'provision.pair',
  summary: 'Let a phone or a page in: a token, or a place among the keys',
  scope: 'provision',
  isClosedToCloud: true,
  input: closed({ label: newcomerInput.label, publicKey: Type.Optional(newcomerInput.publicKey) }),
  output: admittedNewcomer,
  http: { method: 'POST', path: '/api/v1/provisioning/pairings', status: 201 },
  givesToken: isGivenToken,
  nearby: { verb: 'pair-key', ways: ['session'] },
  run: async ({ admit, door, pairedScopes, security }: OwningPorts, newcomer, { principal, origin }) => {
    const isNearby = principal.kind === 'nearby';
    const scopes = pairedScopes.filter((scope) => isNearby || principal.scopes.has(scope));
    const admitted = await admit(newcomer)(scopes);
    const what = admitted.publicKey === undefined ? 'token' : 'key';
    security.note({ kind: 'setup.paired', origin, detail: `${what}:${admitted.id} by ${principal.id}` });
    if (isNearby) door.send('paired');
    return admitted;
  },
});

const doorState = closed({
  state: oneOf(['closed', 'open', 'barred']),
  openMs: nullable(duration({ description: 'Until it closes by itself; null: no such end' })),
});

const provisionOpen = defineCommand({
  id: 'provision.open',
  summary: 'Let a phone that is nearby set the gateway up, for five minutes',
  scope: 'admin',
  isClosedToCloud: true,
  input: closed({}),
  output: doorState,
  http: { method: 'POST', path: '/api/v1/provisioning/door' },
  cli: { verb: 'provision open' },
  run: ({ door }: OwningPorts) => {
    door.send('touched');
    return { state: door.door().state, openMs: door.openMs };
  },
});

const provisionClose = defineCommand({
  id: 'provision.close',
  summary: 'Let nobody nearby in any more, also who is in a session; a gateway without an owner stays open',
  scope: 'admin',
  isClosedToCloud: true,
  input: closed({}),
  output: doorState,
  http: { method: 'DELETE', path: '/api/v1/provisioning/door' },
  cli: { verb: 'provision close' },
  run: ({ door, endSession }: OwningPorts) => {
    door.send('closed');
    endSession();
    return { state: door.door().state, openMs: door.openMs };
  },
});

const provisionShow = defineCommand({
  id: 'provision.show',
  summary: 'What is on the label: the set-up code, and the QR code with it',
  scope: 'admin',
  isClosedToCloud: true,
  input: closed({}),
  output: closed({
    gatewayId: Type.String(),
    fingerprint: Type.String({ description: 'SHA-256 of the public key in base 32' }),
    code: nullable(
      Type.String({ description: 'Four groups of four; null for who may do less than the code gives' }),
    ),
    text: nullable(Type.String({ description: 'Of the QR code' })),
    qr: Type.Array(Type.String(), {
      description:
        'The QR code row by row, 1 is dark; four light modules belong around it. Empty without the code',
    }),
  }),
  http: { method: 'GET', path: '/api/v1/provisioning/label' },
  givesToken: () => true,
  cli: { verb: 'provision show' },
  run: ({ gatewayId, label, pairedScopes }: OwningPorts, _input, { principal }) => {
    const { text, fingerprint, code, qr } = label();
    // Whoever knows the code has what it gives, as soon as he can touch the gateway.
    const mayKnow = pairedScopes.every((scope) => principal.scopes.has(scope));
    return mayKnow
      ? { gatewayId, fingerprint, code, text, qr: [...qr] }
      : { gatewayId, fingerprint, code: null, text: null, qr: [] };
  },
});

const factoryReset = defineCommand({
  id: 'provision.factory-reset',
  summary:
    'Make the gateway forget everything but its key: while its button is held, or on the gateway itself',
  scope: 'provision',
  isClosedToCloud: true,
  input: closed({
    gatewayId: Type.String({ minLength: 1, maxLength: 64, description: 'Of the one that is meant' }),
  }),
  output: closed({ restarts: Type.Boolean() }),
  http: { method: 'POST', path: '/api/v1/provisioning/factory-reset', status: 202 },
  nearby: { verb: 'factory-reset', ways: ['session'] },
  run: ({ gatewayId, isHeldForReset, reset, security }: OwningPorts, input, { principal, origin }) => {
    if (input.gatewayId !== gatewayId) {
      throw new GatewayError('input_invalid', 'this is not the id of this gateway', {
        hint: `it is ${gatewayId}: make sure that it is the one that you mean`,
      });
    }
    if (principal.kind !== 'local' && !isHeldForReset()) {
      throw new GatewayError('forbidden', 'nobody holds the button of the gateway', {
        hint: 'hold it for ten seconds, and ask again while it is held; or on the gateway: egw factory-reset',
      });
    }
    security.note({ kind: 'setup.reset', origin, detail: `asked for by ${principal.id}` });
    reset(principal.id);
    return { restarts: true };
  },
});

export const owningCommands = [
  provisionPair,
  provisionOpen,
  provisionClose,
  provisionShow,
  factoryReset,
] as const;

/** The commands about whose the gateway is with what they need. */
export function bindOwningCommands(ports: OwningPorts): readonly BoundCommand[] {
  return [
    bindCommand(provisionPair, ports),
    bindCommand(provisionOpen, ports),
    bindCommand(provisionClose, ports),
    bindCommand(provisionShow, ports),
    bindCommand(factoryReset, ports),
  ];
}
