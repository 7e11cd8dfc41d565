/** Why a gateway ends a session, or does not begin one: docs/provisioning-protocol.md, section 3. */
export type RefusalReason =
  'closed' | 'barred' | 'busy' | 'malformed' | 'code_wrong' | 'wait' | 'unavailable' | 'idle';

/** What was sent breaks the protocol, or is refused. Whoever gets it ends the session. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly reason: RefusalReason;

  /** `message`: what is wrong, for logs; it never holds what was sent. */
  constructor(reason: RefusalReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
