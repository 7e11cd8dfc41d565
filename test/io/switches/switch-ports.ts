import type { Test } from 'tap';
import { monotonicMs, wallMs } from '../../../gateway/core/clock.ts';
import { noJobProcesses } from '../../../gateway/core/job-process.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import type { SwitchPorts } from '../../../gateway/io/switches/switch.ts';
import { createRealDatagrams } from '../../../gateway/system/real-datagrams.ts';
import { createRealHttp } from '../../../gateway/system/real-http.ts';
import { loopbackNetwork } from '../loopback-network.ts';

/** What the clock of all these tests says. */
export const nowMs = Date.parse('2026-01-14T21:00:00Z');

/** Ports over the machine's loopback. */
export function switchPorts(t: Test, parts: Partial<SwitchPorts> = {}): SwitchPorts {
  const reachable = {
    resolver: { resolve: (host: string) => Promise.resolve([host === 'localhost' ? '127.0.0.1' : host]) },
    refuseAddress: () => undefined,
  };
  const http = createRealHttp(reachable);
  t.teardown(() => http.close());
  return {
    id: 'server',
    clock: { wall: () => wallMs(nowMs), monotonic: () => monotonicMs(1_000) },
    logger: silentLogger,
    http,
    network: loopbackNetwork,
    datagrams: createRealDatagrams({ ...reachable, attached: () => [] }),
    processes: noJobProcesses,
    ...parts,
  };
}
