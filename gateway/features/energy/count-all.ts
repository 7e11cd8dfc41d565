import { GatewayError } from '../../core/errors.ts';
import type { StorePort } from '../store-port.ts';

/** What cannot be written down is computed on the spot: a medium that is read-only keeps nobody from reading. */
export async function countAll(
  store: StorePort<'countEnergy'>,
  nowMs: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    while (!signal.aborted && (await store.call('countEnergy', nowMs)).remaining);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
  }
}
