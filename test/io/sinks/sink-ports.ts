import { monotonicMs, wallMs } from '../../../gateway/core/clock.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { createIdentity } from '../../../gateway/features/identity/create-identity.ts';
import type { SinkPorts } from '../../../gateway/io/sinks/sink.ts';
import { createSimulatedSigner } from '../../../sim/simulated-signer.ts';

/** What a sink needs: nobody answers, unless the test says who does; it is a minute past the epoch. */
export function sinkPorts(parts: Partial<SinkPorts>): SinkPorts {
  const nobody = (): Promise<never> =>
    Promise.reject(new GatewayError('connection_refused', 'nobody is there'));
  const clock = { wall: () => wallMs(60_000), monotonic: () => monotonicMs(1_000) };
  return {
    id: 'sink-1',
    clock,
    logger: silentLogger,
    http: { request: nobody },
    network: { connectTcp: nobody },
    identity: createIdentity(createSimulatedSigner(), clock),
    aboutDevice: () => ({}),
    site: { name: 'home', zone: 'Europe/Paris' },
    dataDirectory: '/nonexistent',
    tables: { write: nobody, close: nobody },
    quantitiesOf: () => Promise.resolve([]),
    ...parts,
  };
}
