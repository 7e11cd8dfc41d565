/** The browser's clock and timers, so that what uses them can be tested without waiting. */
export interface PageTime {
  nowMs(): number;
  /** Calls back once; the answer cancels. */
  after(delayMs: number, callback: () => void): () => void;
  /** Calls back again and again; the answer cancels. */
  every(periodMs: number, callback: () => void): () => void;
}

export const browserTime: PageTime = {
  nowMs: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  every: (periodMs, callback) => {
    const timer = setInterval(callback, periodMs);
    return () => clearInterval(timer);
  },
};
