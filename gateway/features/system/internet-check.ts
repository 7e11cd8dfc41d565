import type { Alarm, Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Network } from '../../core/network.ts';
import { TimeLimiter } from '../../engine/time-limit.ts';

export interface InternetCheckPorts {
  readonly network: Network;
  readonly clock: Clock;
  readonly alarm: Alarm;
}

/** Servers of names that everybody may ask; by address, so that no name has to be found first. Nothing is sent. */
const places = [
  { host: '8.8.8.8', port: 53 },
  { host: '1.1.1.1', port: 53 },
];
const deaf = { onData: () => undefined, onClose: () => undefined };

/**
 * Whether a connection to the internet comes about, within `limits.internetCheckMsMax`. Those who ask meanwhile share the
 * answer. Never rejects.
 */
export function createInternetCheck(ports: InternetCheckPorts): () => Promise<boolean> {
  let running: Promise<boolean> | undefined;
  return async () => {
    running ??= isReachable(ports).finally(() => (running = undefined));
    return await running;
  };
}

async function isReachable(ports: InternetCheckPorts): Promise<boolean> {
  const found = new AbortController();
  const tries = places.map(async (place) => {
    await connect(place, found.signal, ports);
    found.abort(new GatewayError('connection_closed', 'another place was reached'));
  });
  const ends = await Promise.allSettled(tries);
  return ends.some(({ status }) => status === 'fulfilled');
}

async function connect(
  { host, port }: { readonly host: string; readonly port: number },
  outer: AbortSignal,
  { network, ...time }: InternetCheckPorts,
): Promise<void> {
  const error = (): GatewayError => new GatewayError('connection_timeout', `${host}:${port} did not answer`);
  const limit = { limitMs: limits.internetCheckMsMax, error, outer };
  const connection = await new TimeLimiter(time).run(
    limit,
    async (signal) => await network.connectTcp({ host, port, reach: 'internet', listener: deaf, signal }),
  );
  connection.close();
}
