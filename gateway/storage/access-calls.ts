/** The public key of a client, and what who holds it may do. */
export interface StoredClientKey {
  /** 12 hex digits. */
  readonly id: string;
  readonly label: string;
  /** Ed25519, 32 bytes, base64url. Unique. */
  readonly publicKey: string;
  readonly scopes: readonly string[];
  readonly createdMs: number;
  readonly expiresMs: number;
  /** null: never yet. Written down once an hour at most. */
  readonly usedMs: number | null;
}

/** Something that who looks after the gateway should know of, and that a burst of it does not make longer. */
export interface SecurityEvent {
  /** Of the first and the last of them, UTC epoch ms. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** `signature.replayed`, `token.invalid`, `cloud.refused` … */
  readonly kind: string;
  /** An address, `local`, `cloud:ISSUER`. */
  readonly origin: string;
  /** Without secrets. */
  readonly detail: string;
  readonly count: number;
}

/** Who may come in, and who tried: the part of `StoreCalls` about it. */
export interface AccessCalls {
  /** The same id again replaces it. Errors: `already_exists` when another has that public key. */
  addClientKey(key: StoredClientKey): void;
  listClientKeys(): readonly StoredClientKey[];
  removeClientKey(id: string): boolean;
  noteClientKeyUse(id: string, usedMs: number): void;
  /** Events of the same kind, origin and detail within an hour become one, with the sum of their counts. The oldest go at `limits.securityEventsMax`. */
  noteSecurityEvent(
    event: Omit<SecurityEvent, 'firstMs' | 'lastMs' | 'count'> & {
      readonly atMs: number;
      /** How often it happened since it was last noted: 1 unless said. */
      readonly count?: number;
    },
  ): void;
  /** Newest first. */
  listSecurityEvents(query: {
    readonly beforeMs: number;
    readonly rowsMax: number;
  }): readonly SecurityEvent[];
}
