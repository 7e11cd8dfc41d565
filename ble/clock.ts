/** Time as the radio's parts see it, so that tests own it. */
export interface Clock {
  /** Milliseconds that only rise; from when does not matter. */
  nowMs(): number;
  /** Runs once, not before `delayMs`; the answer calls it off. */
  after(delayMs: number, run: () => void): () => void;
}
