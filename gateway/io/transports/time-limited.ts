import type { Alarm, Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { TimeLimiter } from '../../engine/time-limit.ts';
import type { RegisterTransport } from './transport.ts';

export interface RequestTimes {
  /** A request without an answer is given up after this, with `device_timeout`. */
  readonly requestTimeoutMs: number;
  /** Added to a request that has to connect first. */
  readonly connectDelayMs: number;
}

/** The transport of one device, whose requests have a time of their own within the task's. */
export function timeLimited(
  transport: RegisterTransport,
  times: RequestTimes,
  ports: { readonly clock: Clock; readonly alarm: Alarm },
): RegisterTransport {
  const limiter = new TimeLimiter(ports);
  const limited = async <T>(
    unit: number,
    outer: AbortSignal,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const limitMs = times.requestTimeoutMs + (transport.isConnected() ? 0 : times.connectDelayMs);
    const error = (): GatewayError =>
      new GatewayError(
        'device_timeout',
        `unit ${unit} at ${transport.address} did not answer within ${limitMs} ms`,
        { hint: 'check its power, its address and its cable' },
      );
    return await limiter.run({ limitMs, error, outer }, ask);
  };
  return {
    address: transport.address,
    readRegisters: async (unit, range, outer) =>
      await limited(unit, outer, async (signal) => await transport.readRegisters(unit, range, signal)),
    writeRegisters: async (unit, write, outer) =>
      await limited(unit, outer, async (signal) => await transport.writeRegisters(unit, write, signal)),
    isConnected: () => transport.isConnected(),
    counters: () => transport.counters(),
    close: () => transport.close(),
  };
}
