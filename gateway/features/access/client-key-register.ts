import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Logger } from '../../core/logger.ts';
import type { StoredClientKey } from '../../storage/access-calls.ts';
import { scopes, type Principal, type Scope } from '../command.ts';
import { parsePublicKey, type PublicKey } from '../public-key.ts';
import type { StorePort } from '../store-port.ts';

export interface NewClientKey {
  /** base64url, as `parsePublicKey` takes it. */
  readonly publicKey: string;
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly lifeMs: number;
}

/** A key that signs requests, and who signs with it. */
export interface ClientKey {
  readonly stored: StoredClientKey;
  readonly publicKey: PublicKey;
  readonly principal: Principal;
}

/**
 * The public keys of clients. The database holds them; a map in memory answers `find`, so a signed request costs no
 * database call but for its use, once an hour.
 */
export interface ClientKeyRegister {
  /** Reads the keys from the database; before it, nobody signs. */
  load(): Promise<void>;
  /** Errors: `already_exists input_invalid limit_reached`, those of the store. */
  add(key: NewClientKey): Promise<StoredClientKey>;
  /** In the order they were made, expired ones included. */
  list(): readonly StoredClientKey[];
  /** Whether there was one. It is refused from then on, even when the store fails. */
  remove(id: string): Promise<boolean>;
  find(id: string): ClientKey | undefined;
  isExpired(key: ClientKey): boolean;
  noteUse(id: string): void;
  hasValidKey(): boolean;
}

type KeyCalls = 'addClientKey' | 'listClientKeys' | 'removeClientKey' | 'noteClientKeyUse';

interface ClientKeyPorts {
  readonly store: StorePort<KeyCalls>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when one was removed. */
  readonly onRemoved?: () => void;
  /** Called when one was made. */
  readonly onAdded?: () => void;
}

const useNotedMs = 3_600_000;

/** What its owner can tell by himself: the first 12 hex digits of the SHA-256 of the key's 32 bytes. */
function clientKeyId(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex').slice(0, 12);
}

/** A register over the store; call `load` before the first request. */
export function createClientKeyRegister({
  store,
  clock,
  logger,
  onRemoved,
  onAdded,
}: ClientKeyPorts): ClientKeyRegister {
  const byId = new Map<string, ClientKey>();
  const isExpired = ({ stored }: ClientKey): boolean => stored.expiresMs <= clock.wall();

  const forget = async (id: string): Promise<boolean> => {
    const known = byId.delete(id);
    onRemoved?.();
    return (await store.call('removeClientKey', id)) || known;
  };
  const makeRoom = async (): Promise<void> => {
    for (const key of byId.values()) {
      if (byId.size < limits.clientKeysMax) return;
      if (isExpired(key)) await forget(key.stored.id);
    }
    if (byId.size >= limits.clientKeysMax) throw tooManyKeys(byId.size);
  };

  return {
    load: async () => {
      for (const stored of await store.call('listClientKeys')) byId.set(stored.id, keyOf(stored));
    },
    add: async ({ publicKey, label, scopes: granted, lifeMs }) => {
      const id = clientKeyId(parsePublicKey(publicKey).text);
      const known = byId.get(id);
      if (known !== undefined && !isExpired(known)) throw alreadyThere(id);
      if (known === undefined) await makeRoom();
      const createdMs = clock.wall();
      const stored: StoredClientKey = {
        id,
        label,
        publicKey,
        scopes: [...granted],
        createdMs,
        expiresMs: createdMs + lifeMs,
        usedMs: null,
      };
      await store.call('addClientKey', stored);
      byId.set(id, keyOf(stored));
      onAdded?.();
      return stored;
    },
    list: () => [...byId.values()].map(({ stored }) => stored).sort((a, b) => a.createdMs - b.createdMs),
    remove: forget,
    find: (id) => byId.get(id),
    isExpired,
    noteUse: (id) => {
      const key = byId.get(id);
      const usedMs = clock.wall();
      if (key === undefined || usedMs - (key.stored.usedMs ?? -Infinity) < useNotedMs) return;
      byId.set(id, { ...key, stored: { ...key.stored, usedMs } });
      store.call('noteClientKeyUse', id, usedMs).catch((error: unknown) => {
        logger.debug({ key: id, error }, 'the use of a key is not written down');
      });
    },
    hasValidKey: () => [...byId.values()].some((key) => !isExpired(key)),
  };
}

/** A scope that this version does not know is dropped: a key from a newer one never gains by it. */
function keyOf(stored: StoredClientKey): ClientKey {
  const known = scopes.filter((scope) => stored.scopes.includes(scope));
  return {
    stored,
    publicKey: parsePublicKey(stored.publicKey),
    principal: { kind: 'key', id: `key:${stored.id}`, scopes: new Set(known) },
  };
}

function alreadyThere(id: string): GatewayError {
  return new GatewayError('already_exists', `this key is known already, as ${id}`, {
    hint: `to give it other scopes or another label remove it first: egw key remove ${id}`,
    facts: { key: id },
  });
}

function tooManyKeys(count: number): GatewayError {
  return new GatewayError('limit_reached', `there are ${count} keys, which is the most there can be`, {
    hint: 'remove one that is no longer used: egw key list, egw key remove ID',
  });
}
