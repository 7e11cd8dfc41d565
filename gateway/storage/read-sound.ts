import { errorCodeOf } from '../core/errors.ts';

/** What was read, or undefined where it is not what was written. */
export function readSound<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (errorCodeOf(error) !== 'database_unreadable') throw error;
    return undefined;
  }
}
