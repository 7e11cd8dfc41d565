import type { Connection } from './connection.ts';
import type { StoredToken } from './store-calls.ts';

interface TokenRow {
  readonly id: string;
  readonly label: string;
  readonly secretHash: string;
  readonly scopes: string;
  readonly createdMs: number;
  readonly expiresMs: number;
}

/** Access tokens, by id. Only the hash of a secret is ever here. */
export class TokenStore {
  readonly #replace;
  readonly #select;
  readonly #delete;

  constructor(connection: Connection) {
    this.#replace = connection.prepare<TokenRow>(
      `INSERT OR REPLACE INTO token (id, label, secret_hash, scopes, created_ms, expires_ms)
       VALUES ($id, $label, $secretHash, $scopes, $createdMs, $expiresMs)`,
    );
    this.#select = connection.prepare<[], TokenRow>(
      `SELECT id, label, secret_hash AS secretHash, scopes, created_ms AS createdMs, expires_ms AS expiresMs
       FROM token ORDER BY created_ms, id`,
    );
    this.#delete = connection.prepare('DELETE FROM token WHERE id = ?');
  }

  /** Adds it; the same id again replaces it, so that a retry does no harm. */
  add(token: StoredToken): void {
    const { id, label, secretHash, scopes, createdMs, expiresMs } = token;
    this.#replace.run({ id, label, secretHash, scopes: scopes.join(' '), createdMs, expiresMs });
  }

  list(): readonly StoredToken[] {
    return this.#select.all().map((row) => ({
      ...row,
      scopes: row.scopes.split(' ').filter((scope) => scope !== ''),
    }));
  }

  /** Whether there was one. */
  remove(id: string): boolean {
    return this.#delete.run(id).changes > 0;
  }
}
