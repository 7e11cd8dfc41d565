import { createHash } from 'node:crypto';
import { describeError, errorCodeOf } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { Random } from '../../core/random.ts';
import type { StorePort } from '../store-port.ts';

export interface SpreadPorts {
  readonly store: StorePort<'getSetting' | 'putSetting'>;
  readonly random: Random;
  readonly logger: Logger;
}

const setting = 'sources.installation';
const numbers = 2 ** 32;

/** A number that only this installation has: drawn at its first start, and kept. */
export async function installationNumber({ store, random, logger }: SpreadPorts): Promise<number> {
  try {
    const kept = Number((await store.call('getSetting', setting)) ?? Number.NaN);
    if (Number.isSafeInteger(kept) && kept >= 0) return kept;
    const drawn = random.integer(numbers);
    await store.call('putSetting', setting, String(drawn));
    return drawn;
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === undefined) throw error;
    logger.warn({ code }, `when sources are asked differs from the last run: ${describeError(error)}`);
    return random.integer(numbers);
  }
}

/**
 * By how much later than its beat this installation asks a source, in ms: what everybody asks at 06:00 is not asked by
 * all gateways in the same second. The same at every start; another for each installation and each of its sources.
 */
export function spreadOffsetMs(installation: number, id: string, windowMs: number): number {
  const digest = createHash('sha256').update(`${installation} ${id}`).digest();
  return Math.floor((digest.readUInt32BE(0) / numbers) * windowMs);
}
