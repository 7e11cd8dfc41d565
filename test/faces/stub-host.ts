import type { Clock } from '../../gateway/core/clock.ts';
import type { HostFacts } from '../../gateway/core/host-facts.ts';
import { LogLevelTree } from '../../gateway/core/log-level-tree.ts';
import type { BoundCommand } from '../../gateway/features/command.ts';
import { bindHostCommands } from '../../gateway/features/system/host-commands.ts';
import { Notifications } from '../../gateway/features/system/notifications.ts';

/** A Raspberry Pi on a cable. */
export const stubHostFacts: HostFacts = {
  hostName: () => 'pi',
  processors: () => 4,
  temperatureC: () => 48.2,
  loadAverages: () => [0.42, 0.3, 0.25],
  uptimeMs: () => 123_456_700,
  memory: () => ({ totalBytes: 970_000_000, availableBytes: 536_870_912, freeBytes: 126_000_000 }),
  interfaces: () => [
    { name: 'lo', kind: 'loopback', isUp: true, mac: undefined, addresses: ['127.0.0.1/8'] },
    { name: 'eth0', kind: 'ethernet', isUp: true, mac: 'dc:a6:32:00:11:22', addresses: ['192.168.1.50/24'] },
    { name: 'wlan0', kind: 'wifi', isUp: false, mac: 'dc:a6:32:00:11:23', addresses: [] },
  ],
  defaultRoute: () => ({ interface: 'eth0', gateway: '192.168.1.1' }),
};

/** The commands about the machine, with one message for people and three loggers. */
export function stubHostCommands(clock: Clock): readonly BoundCommand[] {
  const notifications = new Notifications(clock);
  notifications.notice([
    { subject: 'lane:x', status: 'degraded', message: 'lane x is too slow', hint: 'ask it more rarely' },
  ]);
  const levels = new LogLevelTree('info');
  levels.nodeOf('device', 'inverter');
  return bindHostCommands({
    clock,
    facts: stubHostFacts,
    control: { reboot: () => Promise.resolve(), restart: () => undefined, stop: () => undefined },
    levels,
    isInternetReachable: () => Promise.resolve(true),
    notifications,
  });
}
