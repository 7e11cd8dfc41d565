import assert from 'node:assert/strict';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import type { Database } from '../../../gateway/storage/store-calls.ts';

/** Writes what is urgent until there is no room for that either. */
export async function takeReserve(database: Database): Promise<void> {
  for (const length of [100_000, 10_000, 1_000, 1]) {
    try {
      for (let index = 0; ; index += 1)
        await database.call('putSetting', `${length}-${index}`, 'x'.repeat(length));
    } catch (error) {
      assert.equal(errorCodeOf(error), 'storage_failed');
    }
  }
}
