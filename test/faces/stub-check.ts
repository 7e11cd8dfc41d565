import type { StorageCheck } from '../../gateway/features/storage-care/storage-check.ts';

const whole = { atMs: Date.UTC(2026, 2, 10), rows: 12_345, damage: null };

/** All was read, and nothing is damaged. */
export const stubCheck: Pick<StorageCheck, 'last' | 'salvage' | 'now' | 'acknowledge'> = {
  last: () => Promise.resolve(whole),
  salvage: () => Promise.resolve(null),
  now: () => Promise.resolve(whole),
  acknowledge: () => Promise.resolve(),
};
