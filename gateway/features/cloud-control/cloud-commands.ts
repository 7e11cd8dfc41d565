import { Type } from 'typebox';
import { GatewayError } from '../../core/errors.ts';
import { bindCommand, defineCommand, scopes, type BoundCommand } from '../command.ts';
import { closed, instant, nullable, oneOf } from '../schema.ts';
import type { StorePort } from '../store-port.ts';
import { purposes, type Delegation } from './cloud-messages.ts';

/** Control from the cloud, as its commands need it. */
export interface CloudFacts {
  readonly isOn: boolean;
  readonly isPinnedOff: boolean;
  readonly rootKey: string;
  /** Messages since the start. */
  readonly refused: number;
  readonly ignored: number;
  readonly delegations: readonly Delegation[];
  /** Errors: `config_pinned`, those of the store. */
  turnOn(): Promise<void>;
  turnOff(): Promise<void>;
}

export interface CloudCommandPorts {
  /** undefined where no root key is configured. */
  readonly cloud: CloudFacts | undefined;
  readonly gatewayId: string;
  readonly store: StorePort<'listCloudCommands'>;
}

const cloudState = closed({
  control: oneOf(['on', 'off', 'none'], {
    description: 'Whether issuers in the cloud may give commands; none: no root key is configured',
  }),
  gatewayId: Type.String({ description: 'What commands and delegations name this gateway by' }),
  rootKey: nullable(Type.String({ description: 'Says who may speak for the cloud' })),
  issuers: Type.Integer({ description: 'Delegations that are not revoked' }),
  refused: Type.Integer({ description: 'Messages that were refused since the start' }),
  ignored: Type.Integer({ description: 'Messages of unknown kinds or versions since the start' }),
});

const cloudShow = defineCommand({
  id: 'cloud.show',
  summary: 'Whether the cloud may give commands, and by whose word',
  scope: 'read',
  input: closed({}),
  output: cloudState,
  http: { method: 'GET', path: '/api/v1/cloud' },
  cli: { verb: 'cloud show' },
  run: (ports: CloudCommandPorts) => stateOf(ports),
});

const cloudOn = defineCommand({
  id: 'cloud.on',
  summary: 'Let the cloud give commands, as far as its root key has named issuers',
  scope: 'admin',
  isClosedToCloud: true,
  input: closed({}),
  output: cloudState,
  http: { method: 'POST', path: '/api/v1/cloud/on' },
  cli: { verb: 'cloud on' },
  run: async (ports: CloudCommandPorts) => {
    await configured(ports).turnOn();
    return stateOf(ports);
  },
});

const cloudOff = defineCommand({
  id: 'cloud.off',
  summary:
    'Refuse every command of the cloud, until it is switched on again here; set points end with their leases',
  scope: 'admin',
  isClosedToCloud: true,
  input: closed({}),
  output: cloudState,
  http: { method: 'POST', path: '/api/v1/cloud/off' },
  cli: { verb: 'cloud off' },
  run: async (ports: CloudCommandPorts) => {
    await configured(ports).turnOff();
    return stateOf(ports);
  },
});

const cloudList = defineCommand({
  id: 'cloud.list',
  summary: 'What the cloud has told, newest first, and what became of it; reading is not kept',
  scope: 'admin',
  input: closed({
    before: Type.Optional(
      Type.Integer({ description: 'Only commands older than this instant (epoch ms): for the next page' }),
    ),
    limit: Type.Integer({ default: 100, minimum: 1, maximum: 1_000, description: 'Commands, at most 1000' }),
  }),
  output: closed({
    commands: Type.Array(
      closed({
        receivedMs: instant(),
        issuer: Type.String(),
        cmdId: Type.String(),
        seq: Type.Integer(),
        state: oneOf(['begun', 'done', 'refused', 'failed', 'unknown'], {
          description: 'unknown: the gateway stopped in the middle',
        }),
        result: nullable(Type.String({ description: 'The answer or the problem, as JSON' })),
      }),
    ),
  }),
  http: { method: 'GET', path: '/api/v1/cloud/commands' },
  cli: { verb: 'cloud list', list: 'commands' },
  run: async ({ store }: CloudCommandPorts, { before, limit }) => {
    const beforeMs = before ?? Number.MAX_SAFE_INTEGER;
    const found = await store.call('listCloudCommands', { beforeMs, rowsMax: limit });
    return {
      commands: found.map(({ id, sequence, issuer, receivedMs, state, result }) => {
        return { receivedMs, issuer, cmdId: id, seq: sequence, state, result };
      }),
    };
  },
});

const cloudDelegations = defineCommand({
  id: 'cloud.delegations',
  summary: 'Who may speak for the cloud, and for what',
  scope: 'admin',
  input: closed({}),
  output: closed({
    delegations: Type.Array(
      closed({
        issuer: Type.String(),
        number: Type.Integer(),
        purposes: Type.Array(oneOf(purposes)),
        scopes: Type.Array(Type.String(), { description: `Any of ${scopes.join(', ')}` }),
        from: instant(),
        until: instant(),
        key: Type.String({ description: 'Ed25519, base64url' }),
      }),
    ),
  }),
  http: { method: 'GET', path: '/api/v1/cloud/delegations' },
  cli: { verb: 'cloud delegations', list: 'delegations' },
  run: ({ cloud }: CloudCommandPorts) => ({
    delegations: (cloud?.delegations ?? []).map(({ issuer, number, purposes: given, ...rest }) => {
      const { scopes: granted, from, until, key } = rest;
      return { issuer, number, purposes: [...given], scopes: [...granted], from, until, key };
    }),
  }),
});

export const cloudCommands = [cloudShow, cloudOn, cloudOff, cloudList, cloudDelegations] as const;

/** The commands of this feature with what they need. */
export function bindCloudCommands(ports: CloudCommandPorts): readonly BoundCommand[] {
  return [
    bindCommand(cloudShow, ports),
    bindCommand(cloudOn, ports),
    bindCommand(cloudOff, ports),
    bindCommand(cloudList, ports),
    bindCommand(cloudDelegations, ports),
  ];
}

function stateOf({ cloud, gatewayId }: CloudCommandPorts) {
  return {
    control: cloud === undefined ? ('none' as const) : cloud.isOn ? ('on' as const) : ('off' as const),
    gatewayId,
    rootKey: cloud?.rootKey ?? null,
    issuers: cloud?.delegations.length ?? 0,
    refused: cloud?.refused ?? 0,
    ignored: cloud?.ignored ?? 0,
  };
}

function configured({ cloud }: CloudCommandPorts): CloudFacts {
  if (cloud !== undefined) return cloud;
  throw new GatewayError('not_found', 'this gateway has no cloud that could give commands', {
    hint: 'put its public key as cloud.rootKey into egw.yaml',
  });
}
