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
/** An answer holds that long, so that nobody can have the gateway knock there all the time. */
const heldMs = 10_000;
const deaf = { onData: () => undefined, onClose: () => undefined };

/**
 * Whether a connection to the internet comes about, within `limits.internetCheckMsMax`. Those who ask within the next
 * ten seconds get the same answer. Never rejects.
 */
export function createInternetCheck(ports: InternetCheckPorts): () => Promise<boolean> {
  let latest: { readonly answer: Promise<boolean>; readonly untilMs: number } | undefined;
  return async () => {
    const nowMs = ports.clock.monotonic();
    if (latest === undefined || nowMs >= latest.untilMs)
      latest = { answer: isReachable(ports), untilMs: nowMs + heldMs };
    return await latest.answer;
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
