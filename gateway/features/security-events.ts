/** Something that who looks after the gateway should know of. */
export interface SecurityNote {
  /** `token.invalid`, `signature.replayed`, `cloud.refused` … */
  readonly kind: string;
  /** An address, `local`, `cloud:ISSUER`. */
  readonly origin: string;
  /** Without secrets, and nothing that the other side chose: what differs makes another event. */
  readonly detail: string;
}

/** Where they go. Never throws, never waits; what is the same is counted. */
export interface SecurityNotes {
  note(event: SecurityNote): void;
}
