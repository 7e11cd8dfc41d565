/** When something on the virtual air happens. */
export interface AirTimer {
  /** After what is being done now, in the order of the calls. */
  soon(action: () => void): void;
  /** After so many milliseconds, unless the returned function is called before. */
  after(delayMs: number, action: () => void): () => void;
}

/** The timers of this process, none of which keeps it alive. */
export const processTimer: AirTimer = {
  soon: (action) => {
    setImmediate(action);
  },
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs).unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
