import type { Alarm, Clock } from './core/clock.ts';
import { noHostControl, type HostControl } from './core/host-control.ts';
import { noHostFacts, type HostFacts } from './core/host-facts.ts';
import { LogLevelTree } from './core/log-level-tree.ts';
import type { LogLevels } from './core/log-levels.ts';
import type { Network } from './core/network.ts';
import type { BoundCommand } from './features/command.ts';
import { bindHostCommands } from './features/system/host-commands.ts';
import { createInternetCheck } from './features/system/internet-check.ts';
import { Notifications, type NoticedLine } from './features/system/notifications.ts';

/** The machine, as far as there is one: a simulation has none. */
export interface HostOutside {
  readonly hostFacts?: HostFacts;
  readonly hostControl?: HostControl;
  readonly logLevels?: LogLevels;
}

/** The machine, its log, and the messages for people, put together. */
export interface HostKeeping {
  readonly commands: readonly BoundCommand[];
  /** Takes all that is not as it should be now into the messages. */
  notice(lines: readonly NoticedLine[]): void;
}

interface Parts extends HostOutside {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly network: Network;
}

export function createHostKeeping(parts: Parts): HostKeeping {
  const notifications = new Notifications(parts.clock);
  const commands = bindHostCommands({
    clock: parts.clock,
    facts: parts.hostFacts ?? noHostFacts,
    control: parts.hostControl ?? noHostControl,
    levels: parts.logLevels ?? new LogLevelTree('info'),
    isInternetReachable: createInternetCheck(parts),
    notifications,
  });
  return { commands, notice: (lines) => notifications.notice(lines) };
}
