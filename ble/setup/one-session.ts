/** Whoever wants the one session that there is. */
export interface SessionSeeker {
  /** Another is let in instead: what there was of a handshake is over. */
  giveWay(): void;
}

interface Holder {
  readonly who: SessionSeeker;
  /** Since when he has been about to prove himself; undefined once he has sent his proof, and in a session. */
  unprovedSinceMs: number | undefined;
}

/** Of a handshake, while another waits: nobody needs as long for his proof. */
const unprovedMsMax = 3_000;

/** Who has the one session that there is, or is about to prove himself for it. */
export class OneSession {
  #holder: Holder | undefined;

  get isTaken(): boolean {
    return this.#holder !== undefined;
  }

  /** False while somebody else has it; one who has not proved himself for three seconds gives way. */
  take(who: SessionSeeker, sinceMs: number, nowMs: number): boolean {
    const { who: other, unprovedSinceMs = nowMs } = this.#holder ?? {};
    if (other !== undefined && other !== who) {
      if (nowMs - unprovedSinceMs < unprovedMsMax) return false;
      other.giveWay();
    }
    this.#holder = { who, unprovedSinceMs: sinceMs };
    return true;
  }

  /** From now on nobody takes it from him, until he leaves. */
  keep(who: SessionSeeker): void {
    if (this.#holder?.who === who) this.#holder.unprovedSinceMs = undefined;
  }

  /** Of somebody who does not have it, nothing. */
  leave(who: SessionSeeker): void {
    if (this.#holder?.who === who) this.#holder = undefined;
  }
}
