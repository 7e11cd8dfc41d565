import type { Config } from './config/config.ts';
import type { AlertDesk, AlertRule } from './core/alert.ts';
import { commitPeriodsMs } from './core/commit-policy.ts';
import type { LiveFeed, LiveValue } from './core/live-feed.ts';
import type { Logger } from './core/logger.ts';
import type { TaskDefinition } from './engine/task.ts';
import { bindBoilerCommands } from './features/boiler/boiler-commands.ts';
import { BoilerHealth } from './features/boiler/boiler-health.ts';
import { minuteDaysKept } from './features/boiler/boiler-retention.ts';
import { boilerRules } from './features/boiler/boiler-rules.ts';
import { boilerSection, boilerSettings } from './features/boiler/boiler-section.ts';
import { Boiler } from './features/boiler/boiler.ts';
import type { BoundCommand } from './features/command.ts';
import type { HealthSource } from './features/lifecycle/health-board.ts';
import type { Timekeeper } from './features/timekeeping/timekeeper.ts';
import type { Database } from './storage/store-calls.ts';

const dayMs = 86_400_000;

interface Parts {
  readonly config: Pick<Config, 'devices' | 'sources' | 'features' | 'storage'>;
  readonly clock: Timekeeper;
  readonly logger: Logger;
  readonly database: Database;
}

interface Beside {
  readonly feed: LiveFeed;
  readonly desk: AlertDesk;
  readonly latest: () => readonly LiveValue[];
  /** Oldest reading that is not on disk yet, UTC epoch ms. */
  readonly waitingSinceMs: () => number | undefined;
  /** Readings have not been given their times yet. */
  readonly isPlacing: () => boolean;
}

/** The boiler, put together; where none is configured only its commands are there, and say so. */
export interface BoilerKeeping {
  readonly tasks: readonly TaskDefinition[];
  readonly health: HealthSource;
  readonly commands: readonly BoundCommand[];
  readonly rules: readonly AlertRule[];
}

export function createBoilerKeeping(parts: Parts, beside: Beside): BoilerKeeping {
  const { config, clock, database: store } = parts;
  const settings = boilerSettings(config.features[boilerSection.key]);
  if (settings === undefined)
    return {
      tasks: [],
      health: () => [],
      commands: bindBoilerCommands({ clock, store, boiler: undefined }),
      rules: [],
    };
  const { feed, desk, latest, waitingSinceMs, isPlacing } = beside;
  const boiler = new Boiler(
    {
      ...{ clock, feed, desk, latest, waitingSinceMs, store },
      logger: parts.logger,
      isTimeKnown: () => clock.state === 'trusted' && !isPlacing(),
      commitMs: commitPeriodsMs[config.storage.policy],
      periodMsOf: (id) => [...config.devices, ...config.sources].find((one) => one.id === id)?.periodMs,
      minutesKeptMs: minuteDaysKept(config.storage.retention, settings) * dayMs,
    },
    settings,
  );
  const health = new BoilerHealth(boiler, clock);
  return {
    tasks: boiler.watch.tasks(),
    health: () => health.notes(),
    commands: bindBoilerCommands({ clock, store, boiler }),
    rules: boilerRules(settings.alerts),
  };
}
