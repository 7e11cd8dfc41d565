/** The kinds of blocking work that blocking-worker.ts knows. */
export const blockingKinds = ['w1.read', 'ads1115.sample'] as const;

export type BlockingKind = (typeof blockingKinds)[number];

/** What a thread that may block has at hand: the machine's clock, and a sleep that blocks it. */
export interface BlockingTime {
  /** Milliseconds since an arbitrary start, with fractions. */
  nowMs(): number;
  sleep(forMs: number): void;
}
