import type { Clock } from '../clock.ts';

/** What the promise settles to, when it does within the time; rejects otherwise. */
export async function within<T>(clock: Clock, timeLimitMs: number, promise: Promise<T>): Promise<T> {
  let callOff: () => void = () => undefined;
  const late = new Promise<never>((_, reject) => {
    callOff = clock.after(timeLimitMs, () => reject(new LateError(timeLimitMs)));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    callOff();
  }
}

class LateError extends Error {
  override readonly name = 'LateError';

  constructor(timeLimitMs: number) {
    super(`no answer within ${timeLimitMs / 1000} s`);
  }
}
