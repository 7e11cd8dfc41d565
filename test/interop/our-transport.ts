import assert from 'node:assert';
import type { Test } from 'tap';
import { waitFor } from '../../gateway/engine/time-limit.ts';
import { findTransport } from '../../gateway/io/transports/index.ts';
import type { RegisterTransport, TransportOptions } from '../../gateway/io/transports/transport.ts';
import { createRealAlarm } from '../../gateway/system/real-alarm.ts';
import { realClock } from '../../gateway/system/real-clock.ts';
import { createRealNetwork } from '../../gateway/system/real-network.ts';
import { createRealSerialLines } from '../../gateway/system/real-serial-lines.ts';

export const forever = new AbortController().signal;

const alarm = createRealAlarm(realClock);
const network = createRealNetwork({
  resolver: { resolve: async (host: string) => [host] },
  refuseAddress: () => undefined,
});

/** The gateway's own transport, on the machine's own clock and network, closed at the end of the test. */
export function ourTransport(t: Test, id: string, endpoint: TransportOptions['endpoint']): RegisterTransport {
  const definition = findTransport(id);
  assert(definition !== undefined, `there is a transport ${id}`);
  const transport = definition.create(
    { endpoint, connectDelayMs: 0, requestGapMs: 0 },
    {
      network,
      serial: createRealSerialLines(),
      clock: realClock,
      wait: async (forMs, signal) => await waitFor({ clock: realClock, alarm }, forMs, signal),
    },
  );
  t.teardown(() => transport.close());
  return transport;
}
