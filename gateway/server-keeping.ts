import type { Config } from './config/config.ts';
import { configuredSwitch, type SwitchOutside } from './configured-switch.ts';
import type { AlertDesk, AlertRule } from './core/alert.ts';
import type { Derogations } from './core/derogations.ts';
import type { HttpClient } from './core/http.ts';
import { noJobProcesses, type JobProcesses } from './core/job-process.ts';
import type { LiveFeed } from './core/live-feed.ts';
import type { Logger } from './core/logger.ts';
import type { Network } from './core/network.ts';
import type { TempoKnowledge } from './core/tempo-knowledge.ts';
import type { Scheduler } from './engine/scheduler.ts';
import type { TaskDefinition } from './engine/task.ts';
import type { BoundCommand } from './features/command.ts';
import type { HealthNote, HealthSource } from './features/lifecycle/health-board.ts';
import { bindMeterCommands } from './features/server/meter-commands.ts';
import { MeterNotes } from './features/server/meter/meter-notes.ts';
import { MeterWatch } from './features/server/meter/meter-watch.ts';
import { serverSection, serverSettings, type ServerSettings } from './features/server/server-section.ts';
import { bindSwitchingCommands } from './features/server/switching-commands.ts';
import { serverRules } from './features/server/switching/switching-rules.ts';
import { switchingNotes } from './features/server/switching/switching-troubles.ts';
import type { ServerSwitch, UnusableSwitch } from './features/server/switching/switching-ports.ts';
import { SwitchingWatch } from './features/server/switching/switching-watch.ts';
import { Switching } from './features/server/switching/switching.ts';
import type { Timekeeper } from './features/timekeeping/timekeeper.ts';
import { switches as builtIn } from './io/switches/index.ts';
import type { Database } from './storage/store-calls.ts';

interface Parts extends SwitchOutside {
  readonly config: Pick<Config, 'devices' | 'features' | 'notifiers' | 'sources' | 'switches'>;
  readonly clock: Timekeeper;
  readonly logger: Logger;
  readonly http: HttpClient;
  readonly network: Network;
  readonly database: Database;
  readonly jobProcesses?: JobProcesses;
}

interface Beside {
  readonly scheduler: Pick<Scheduler, 'reschedule'>;
  readonly feed: LiveFeed;
  readonly desk: AlertDesk;
  readonly tempo: TempoKnowledge;
  readonly derogations: Derogations;
  /** Readings have not been given their times yet. */
  readonly isPlacing: () => boolean;
  /** Colours and derogations are known as the disk has them. */
  readonly isKnowledgeRead: () => boolean;
}

/** The shared server, metered and switched, put together; where none is configured its commands say so. */
export interface ServerKeeping {
  readonly tasks: readonly TaskDefinition[];
  readonly health: HealthSource;
  readonly commands: readonly BoundCommand[];
  readonly rules: readonly AlertRule[];
  /** Closes the switch. Never throws. */
  stop(): Promise<void>;
}

export function createServerKeeping(parts: Parts, beside: Beside): ServerKeeping {
  const { config } = parts;
  const settings = serverSettings(config.features[serverSection.key]);
  const meter = openMeter(parts, beside, settings);
  const power = settings === undefined ? undefined : openSwitch(parts, settings);
  const switching =
    settings &&
    openSwitching(parts, {
      ...{ ...beside, settings },
      ...{ powerSwitch: power?.powerSwitch, unusable: power?.unusable },
    });
  const tasks =
    settings?.switch === undefined || switching === undefined ? [] : new SwitchingWatch(switching).tasks();
  return {
    tasks: [...(meter?.watch.tasks() ?? []), ...tasks],
    health: () => [
      ...(meter?.notes() ?? []),
      ...(power?.notes ?? []),
      ...(switching === undefined ? [] : switchingNotes(switching)),
    ],
    commands: [
      ...bindMeterCommands({
        clock: parts.clock,
        store: parts.database,
        watch: meter?.watch,
        knowledge: beside.tempo,
      }),
      ...bindSwitchingCommands({ switching }),
    ],
    rules: settings === undefined ? [] : serverRules(settings, config.notifiers.length > 0),
    stop: async () => await power?.close(),
  };
}

interface OpenedMeter {
  readonly watch: MeterWatch;
  readonly notes: HealthSource;
}

function openMeter(
  { clock, logger, database: store }: Parts,
  { feed, isPlacing }: Beside,
  settings: ServerSettings | undefined,
): OpenedMeter | undefined {
  if (settings?.meter === undefined) return undefined;
  const metered = { meter: settings.meter, startDate: settings.startDate };
  const isTimeKnown = (): boolean => clock.state === 'trusted' && !isPlacing();
  const watch = new MeterWatch({ clock, logger, feed, store, isTimeKnown }, metered);
  const notes = new MeterNotes(watch, metered, clock);
  return { watch, notes: () => notes.notes() };
}

interface OpenedSwitch {
  readonly powerSwitch: ServerSwitch | undefined;
  readonly unusable: UnusableSwitch | undefined;
  readonly notes: readonly HealthNote[];
  close(): Promise<void>;
}

function openSwitch(parts: Parts, { name, switch: id }: ServerSettings): OpenedSwitch | undefined {
  if (id === undefined) return undefined;
  const { clock, logger, http, network, datagrams, switchKinds = builtIn } = parts;
  const outside = { ...parts, clock, logger, http, network, datagrams };
  const found = configuredSwitch(id, switchKinds, {
    ...outside,
    processes: parts.jobProcesses ?? noJobProcesses,
  });
  const { positions } = found;
  try {
    const opened = found.open();
    return {
      powerSwitch: {
        ...{ id, positions },
        turn: async (...asked) => await opened.turn(...asked),
        position: async (signal) => await opened.position(signal),
      },
      unusable: undefined,
      notes: [],
      close: async () => await opened.close().catch(() => undefined),
    };
  } catch (error) {
    const why = found.problem ?? (error instanceof Error ? error.message : String(error));
    const message = `${name} is not switched: its switch ${id} cannot be used: ${why}`;
    const hint = 'correct it under switches: in the configuration; egw config check says more';
    return {
      powerSwitch: undefined,
      unusable: { id, reason: why },
      notes: [{ subject: 'server:switch', status: 'degraded', message, hint }],
      close: () => Promise.resolve(),
    };
  }
}

function openSwitching(
  { config, clock, logger, database: store }: Parts,
  of: Beside & Pick<OpenedSwitch, 'powerSwitch' | 'unusable'> & { readonly settings: ServerSettings },
): Switching {
  const { feed, desk, tempo: knowledge, derogations, isKnowledgeRead } = of;
  const { settings, powerSwitch, unusable } = of;
  return new Switching({
    ...{ clock, logger, feed, store, desk, knowledge, derogations, isKnowledgeRead },
    ...{ settings, powerSwitch, unusable },
    isTimeKnown: () => clock.state !== 'unset',
    periodMsOf: (id) => [...config.devices, ...config.sources].find((one) => one.id === id)?.periodMs,
    hasten: (task) => void of.scheduler.reschedule(task, clock.monotonic()),
  });
}
