import type { Clock } from '../../core/clock.ts';
import type { RegisterRange, RegisterTransport } from '../transports/transport.ts';
import type { LinkCost } from './link-cost.ts';

/** Reads registers of one unit. Errors are the transport's. */
export type UnitReader = (range: RegisterRange, signal: AbortSignal) => Promise<Uint16Array>;

export interface Measurement {
  readonly clock: Clock;
  readonly cost: LinkCost;
  /** The silence that the transport keeps between an answer and the next request. */
  readonly requestGapMs: number;
}

export function unitReader(transport: RegisterTransport, unit: number): UnitReader {
  return (range, signal) => transport.readRegisters(unit, range, signal);
}

/**
 * A reader that measures what its requests cost: the answer's time with the silence that goes with each request,
 * whether it was waited for or had passed before. Requests that had to connect do not count; nor does one that
 * may have waited for the silence after another unit's, as nobody knows how long, nor the first answer after a
 * request that failed: it may have been asked for twice, or be a late one.
 */
export function timedReader(transport: RegisterTransport, unit: number, measure: Measurement): UnitReader {
  const { clock, cost, requestGapMs } = measure;
  let endedMs = -Infinity;
  let requestsOfAll = NaN;
  let hasFailed = false;
  return async (range, signal) => {
    const isConnected = transport.isConnected();
    const isOurTurn = requestGapMs === 0 || transport.counters().requests === requestsOfAll;
    const calledMs = clock.monotonic();
    const silenceLeftMs = Math.max(0, endedMs + requestGapMs - calledMs);
    try {
      const words = await transport.readRegisters(unit, range, signal);
      const tookMs = clock.monotonic() - calledMs;
      if (isConnected && isOurTurn && !hasFailed)
        cost.add(range.count, Math.max(0, tookMs - silenceLeftMs) + requestGapMs);
      hasFailed = false;
      return words;
    } catch (error) {
      hasFailed = true;
      throw error;
    } finally {
      endedMs = clock.monotonic();
      if (requestGapMs > 0) requestsOfAll = transport.counters().requests;
    }
  };
}
