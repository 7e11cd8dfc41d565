import { createAlertsKeeping, type AlertsKeeping, type NotifierOutside } from './alerts-keeping.ts';
import { createBoilerKeeping, type BoilerKeeping } from './boiler-keeping.ts';
import type { Config } from './config/config.ts';
import type { SwitchOutside } from './configured-switch.ts';
import type { Alarm } from './core/clock.ts';
import type { HttpClient } from './core/http.ts';
import type { JobProcesses } from './core/job-process.ts';
import type { LiveFeed } from './core/live-feed.ts';
import type { Logger } from './core/logger.ts';
import type { Network } from './core/network.ts';
import type { Random } from './core/random.ts';
import { createDiscordKeeping, type DiscordKeeping } from './discord-keeping.ts';
import type { Scheduler } from './engine/scheduler.ts';
import type { Dispatcher } from './faces/commands/dispatcher.ts';
import type { HealthSource } from './features/lifecycle/health-board.ts';
import type { Timekeeper } from './features/timekeeping/timekeeper.ts';
import type { GridKeeping } from './grid-keeping.ts';
import type { Harvest } from './harvesting.ts';
import type { IdentityKeeping } from './identity-keeping.ts';
import { createMembersKeeping, type MembersKeeping } from './members-keeping.ts';
import { createServerKeeping, type ServerKeeping } from './server-keeping.ts';
import type { SourceKeeping } from './source-keeping.ts';
import type { StorageKeeping } from './storage-keeping.ts';
import type { Database } from './storage/store-calls.ts';
import { watchedHome } from './watched-home.ts';

interface Parts extends NotifierOutside, SwitchOutside {
  readonly config: Config;
  readonly clock: Timekeeper;
  readonly alarm: Alarm;
  readonly random: Random;
  readonly logger: Logger;
  readonly http: HttpClient;
  readonly network: Network;
  readonly database: Database;
  readonly jobProcesses?: JobProcesses;
}

interface Beside {
  readonly scheduler: Scheduler;
  readonly harvest: Harvest;
  readonly grid: GridKeeping;
  readonly sources: SourceKeeping;
  readonly storage: StorageKeeping;
  readonly identity: IdentityKeeping;
  readonly feed: LiveFeed;
  /** All that is not as it should be. */
  readonly lines: HealthSource;
  /** Asked when somebody gives a command: all is put together then. */
  readonly dispatcher: () => Dispatcher;
}

/**
 * What people are told of and by whom, put together: the boiler, of which most is told, and the bot of the members,
 * and the server that they share.
 */
export interface PeopleKeeping {
  readonly alerts: AlertsKeeping;
  readonly boiler: BoilerKeeping;
  readonly discord: DiscordKeeping;
  readonly members: MembersKeeping;
  readonly server: ServerKeeping;
}

export function createPeopleKeeping(parts: Parts, beside: Beside): PeopleKeeping {
  const { scheduler, harvest, grid, sources, storage, identity, feed, lines, dispatcher } = beside;
  const discord = createDiscordKeeping(parts, { dispatcher });
  const alerts = createAlertsKeeping(parts, {
    ...{
      feed,
      gatewayId: () => identity.identity.gatewayId,
      declared: () => [boiler, members, server].flatMap(({ rules }) => rules),
    },
    home: watchedHome({ harvest, sources, health: lines }),
  });
  const boiler = createBoilerKeeping(parts, {
    ...{ feed, desk: alerts.desk },
    latest: () => harvest.latest.all(),
    waitingSinceMs: () => harvest.buffer.oldestMs,
    isPlacing: () => storage.isPlacing(),
  });
  const { tempo } = grid;
  const members = createMembersKeeping(parts, { tempo, guild: discord.guild, desk: alerts.desk });
  const server = createServerKeeping(parts, {
    ...{ scheduler, feed, tempo, desk: alerts.desk, derogations: members.derogations },
    isPlacing: () => storage.isPlacing(),
    isKnowledgeRead: () => grid.isTempoRead() && members.isRead(),
  });
  return { alerts, boiler, discord, members, server };
}
