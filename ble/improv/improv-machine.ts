import { improvStates, type ImprovState } from './improv-protocol.ts';

/** Instants that come over a socket as durations differ by a little each time; a touch adds seconds. */
const sameInstantMs = 1_000;

/**
 * Where Improv stands, for all phones alike. Whoever touched the gateway has authorized it until an instant of the
 * gateway's, after which it is revoked.
 *
 *     authorizationRequired <--> authorized --> provisioning --> provisioned (over, until it is touched again)
 *              ^                     ^-------------/ failed
 *              \-- the time is over, whatever was --/
 */
export class ImprovMachine {
  #authorizedUntilMs: number | null = null;
  #isJoining = false;
  /** Until when it was authorized as it ended; undefined while it has not. */
  #endedUntilMs: number | undefined;

  stateAt(nowMs: number): ImprovState {
    if (this.#isJoining) return improvStates.provisioning;
    if (this.#endedUntilMs !== undefined) return improvStates.provisioned;
    const isAuthorized = this.#authorizedUntilMs !== null && nowMs < this.#authorizedUntilMs;
    return isAuthorized ? improvStates.authorized : improvStates.authorizationRequired;
  }

  /** When it is revoked; undefined where it is not authorized. */
  get authorizedUntilMs(): number | undefined {
    return this.#authorizedUntilMs ?? undefined;
  }

  /** What the gateway says: null is not at all. A touch after the end begins it anew. */
  authorize(untilMs: number | null): void {
    this.#authorizedUntilMs = untilMs;
    const isTouchedAgain =
      untilMs !== null && this.#endedUntilMs !== undefined && untilMs > this.#endedUntilMs + sameInstantMs;
    if (isTouchedAgain) this.beginAnew();
  }

  /** The door was closed since, or somebody has touched the gateway: what was before is over. */
  beginAnew(): void {
    this.#endedUntilMs = undefined;
  }

  joiningBegins(): void {
    this.#isJoining = true;
  }

  /** The time of the authorization is the gateway's, which begins it anew. */
  joiningFails(): void {
    this.#isJoining = false;
  }

  joiningSucceeds(): void {
    this.#isJoining = false;
    this.#endedUntilMs = this.#authorizedUntilMs ?? Number.NEGATIVE_INFINITY;
  }
}
