import type { Test } from 'tap';
import type { LocalNetwork } from '../../../gateway/core/local-network.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { noSerialLines } from '../../../gateway/core/serial-lines.ts';
import { noServiceDiscovery } from '../../../gateway/core/service-discovery.ts';
import { createDeviceProber } from '../../../gateway/device-prober.ts';
import { Scheduler } from '../../../gateway/engine/scheduler.ts';
import type { ConfiguredDevice } from '../../../gateway/features/discovery/configured-device.ts';
import { Discovery } from '../../../gateway/features/discovery/discovery.ts';
import { createRealAlarm } from '../../../gateway/system/real-alarm.ts';
import { realClock } from '../../../gateway/system/real-clock.ts';
import { createRealNetwork } from '../../../gateway/system/real-network.ts';
import { createRealRandom } from '../../../gateway/system/real-random.ts';
import { createResolver } from '../../../gateway/system/resolver.ts';
import { lanWith, loopback } from './scan-bench.ts';

export const neverAborted = new AbortController().signal;

/** Discovery on the machine's own sockets and clock, which may look at loopback. */
export function realDiscovery(
  t: Test,
  devices: readonly ConfiguredDevice[] = [],
): { readonly discovery: Discovery; readonly lan: LocalNetwork; readonly tried: string[] } {
  const lan = lanWith([loopback], { allowLoopback: true });
  const alarm = createRealAlarm(realClock);
  const tried: string[] = [];
  const network = createRealNetwork({
    resolver: createResolver({ clock: realClock }),
    refuseAddress: (address) => {
      tried.push(address);
      return lan.refuse(address);
    },
  });
  const scheduler = new Scheduler({
    clock: realClock,
    alarm,
    random: createRealRandom(),
    logger: silentLogger,
  });
  scheduler.start();
  const ports = { network, clock: realClock, alarm };
  const discovery = new Discovery({
    ...ports,
    lan,
    services: noServiceDiscovery,
    // Simulated devices are awake, and not delicate.
    prober: createDeviceProber({
      ...ports,
      serial: noSerialLines,
      patience: { requestTimeoutMs: 250, connectDelayMs: 0, requestGapMs: 0 },
    }),
    devices: () => devices,
    submit: (task) => scheduler.submit(task),
  });
  t.teardown(async () => {
    discovery.close();
    await scheduler.drain(0);
  });
  return { discovery, lan, tried };
}
