import { GatewayError } from '../core/errors.ts';
import type { StoredClientKey } from './access-calls.ts';
import type { Connection } from './connection.ts';
import { assertRow, rowCheck, type Cell } from './row-check.ts';
import { transact } from './transact.ts';

/** Uses within that time are not written down: each would wear the disk, and say little more. */
const useNotedMs = 3_600_000;

interface KeyRow extends Omit<StoredClientKey, 'scopes'> {
  readonly scopes: string;
  readonly crc: number;
}

const columns = `id, label, public_key AS publicKey, scopes, created_ms AS createdMs, expires_ms AS expiresMs,
  used_ms AS usedMs, crc`;

/** Public keys of clients, by id. */
export class ClientKeyStore {
  readonly #connection: Connection;
  readonly #replace;
  readonly #all;
  readonly #one;
  readonly #delete;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#replace = connection.prepare<KeyRow>(
      `INSERT OR REPLACE INTO client_key (id, label, public_key, scopes, created_ms, expires_ms, used_ms, crc)
       VALUES ($id, $label, $publicKey, $scopes, $createdMs, $expiresMs, $usedMs, $crc)`,
    );
    this.#all = connection.prepare<[], KeyRow>(`SELECT ${columns} FROM client_key ORDER BY created_ms, id`);
    this.#one = connection.prepare<[string], KeyRow>(`SELECT ${columns} FROM client_key WHERE id = ?`);
    this.#delete = connection.prepare('DELETE FROM client_key WHERE id = ?');
  }

  /** The same id again replaces it. Errors: `already_exists` when another has that public key. */
  add(key: StoredClientKey): void {
    transact(this.#connection, () => {
      const owner = this.list().find(({ id, publicKey }) => publicKey === key.publicKey && id !== key.id);
      if (owner !== undefined) throw alreadyThere(owner);
      this.#put(key);
    });
  }

  /** Oldest first. Errors: `database_unreadable`. */
  list(): readonly StoredClientKey[] {
    return this.#all.all().map(checkedKey);
  }

  /** Whether there was one. */
  remove(id: string): boolean {
    return this.#delete.run(id).changes > 0;
  }

  noteUse(id: string, usedMs: number): void {
    const row = this.#one.get(id);
    if (row === undefined) return;
    const key = checkedKey(row);
    if (key.usedMs === null || usedMs >= key.usedMs + useNotedMs) this.#put({ ...key, usedMs });
  }

  #put({ scopes, ...key }: StoredClientKey): void {
    const row = { ...key, scopes: scopes.join(' ') };
    this.#replace.run({ ...row, crc: rowCheck('client_key', cellsOf(row)) });
  }
}

function cellsOf(row: Omit<KeyRow, 'crc'>): readonly Cell[] {
  const { id, label, publicKey, scopes, createdMs, expiresMs, usedMs } = row;
  return [id, label, publicKey, scopes, createdMs, expiresMs, usedMs];
}

function checkedKey({ crc, ...row }: KeyRow): StoredClientKey {
  assertRow('client_key', cellsOf(row), crc);
  return { ...row, scopes: row.scopes.split(' ').filter((scope) => scope !== '') };
}

function alreadyThere({ id, label }: StoredClientKey): GatewayError {
  return new GatewayError('already_exists', `the client key ${id} ("${label}") has that public key already`, {
    hint: 'remove that one first, or make a new key pair',
    facts: { id },
  });
}
