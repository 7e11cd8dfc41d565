import type { Alarm, Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Network } from '../../core/network.ts';
import { TimeLimiter } from '../../engine/time-limit.ts';

export interface SweepPorts {
  readonly network: Network;
  readonly clock: Clock;
  readonly alarm: Alarm;
}

export interface Place {
  readonly host: string;
  readonly port: number;
}

const deaf = { onData: () => undefined, onClose: () => undefined };

/**
 * Which of the places take a connection, in their order; each is closed again at once. So many are tried at once as
 * `limits.sweepConnectionsMax`. Rejects with the signal's reason.
 */
export async function sweepPorts(
  places: readonly Place[],
  signal: AbortSignal,
  ports: SweepPorts,
): Promise<readonly Place[]> {
  const open = new Set<Place>();
  const left = places.values();
  const work = async (): Promise<void> => {
    const limiter = new TimeLimiter(ports);
    for (const place of left) {
      if (await isOpen(place, signal, { limiter, network: ports.network })) open.add(place);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limits.sweepConnectionsMax, places.length) }, work));
  return places.filter((place) => open.has(place));
}

async function isOpen(
  { host, port }: Place,
  outer: AbortSignal,
  { limiter, network }: { readonly limiter: TimeLimiter; readonly network: Network },
): Promise<boolean> {
  const error = (): GatewayError => new GatewayError('connection_timeout', `${host}:${port} did not answer`);
  try {
    const limit = { limitMs: limits.sweepConnectMsMax, error, outer };
    const connection = await limiter.run(
      limit,
      async (signal) => await network.connectTcp({ host, port, listener: deaf, signal }),
    );
    connection.close();
    return true;
  } catch (failure) {
    if (outer.aborted) throw outer.reason;
    if (failure instanceof GatewayError) return false;
    throw failure;
  }
}
