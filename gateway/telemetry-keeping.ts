import type { Config, UplinkConfig } from './config/config.ts';
import type { Alarm, MonotonicMs } from './core/clock.ts';
import { describeError, errorCodeOf } from './core/errors.ts';
import type { HttpClient } from './core/http.ts';
import type { Identity } from './core/identity.ts';
import type { Logger } from './core/logger.ts';
import type { Network } from './core/network.ts';
import type { Random } from './core/random.ts';
import { TimeLimiter } from './engine/time-limit.ts';
import type { Scheduler } from './engine/scheduler.ts';
import type { TaskDefinition } from './engine/task.ts';
import type { BoundCommand } from './features/command.ts';
import type { LinkInput } from './features/lifecycle/gateway-machine.ts';
import type { HealthSource } from './features/lifecycle/health-board.ts';
import { parsePublicKey, type PublicKey } from './features/public-key.ts';
import { triedSoon } from './features/publish/tried-soon.ts';
import type { SecurityNotes } from './features/security-events.ts';
import { ackReader, type CheckOf } from './features/telemetry/read-ack.ts';
import { stateDocument, type StateFacts } from './features/telemetry/state-document.ts';
import { StateMessages } from './features/telemetry/state-messages.ts';
import { bindTelemetryCommands } from './features/telemetry/telemetry-commands.ts';
import { sealTaskName, TelemetrySealer } from './features/telemetry/telemetry-sealer.ts';
import { telemetrySection, telemetrySettings } from './features/telemetry/telemetry-section.ts';
import type { TelemetryUplink } from './features/telemetry/telemetry-uplink.ts';
import { Telemetry } from './features/telemetry/telemetry.ts';
import { bindUplinkCommands } from './features/telemetry/uplink-commands.ts';
import { UplinkSender } from './features/telemetry/uplink-sender.ts';
import type { IdleUplink, UplinkStatus } from './features/telemetry/uplink-status.ts';
import type { Timekeeper } from './features/timekeeping/timekeeper.ts';
import { uplinks as builtIn } from './io/uplinks/index.ts';
import type { UplinkDefinition, UplinkMessage } from './io/uplinks/uplink.ts';
import type { Database } from './storage/store-calls.ts';

/** What uplinks need of the outside, besides what sources do. */
export interface UplinkOutside {
  /** Those that are built in unless said. */
  readonly uplinkKinds?: readonly UplinkDefinition[];
}

interface Parts extends UplinkOutside {
  readonly config: Pick<Config, 'uplinks' | 'features'>;
  readonly clock: Timekeeper;
  readonly alarm: Alarm;
  readonly random: Random;
  readonly logger: Logger;
  readonly http: HttpClient;
  readonly network: Network;
  readonly database: Database;
  readonly bootId: string;
  readonly version: { readonly version: string };
}

interface Beside {
  readonly scheduler: Scheduler;
  readonly identity: Identity;
  readonly security: SecurityNotes;
  readonly checkOf: CheckOf;
  /** The key of an issuer that may acknowledge now, and where all other messages of backends go. */
  readonly cloud: {
    issuerKey(issuer: string, purpose: 'ack'): PublicKey | undefined;
    receive(message: Uint8Array, uplink: string): void;
  };
  readonly link: (input: LinkInput) => void;
  readonly facts: () => Omit<StateFacts, 'uplinks'>;
}

/** Telling backends, put together. */
export interface TelemetryKeeping {
  readonly tasks: readonly TaskDefinition[];
  readonly health: HealthSource;
  readonly commands: readonly BoundCommand[];
  list(): readonly UplinkStatus[];
  /** Says it to every backend, now or when there is a way. Never throws. */
  send(message: UplinkMessage): void;
  /** Says whether there is anybody to be told; before the tasks run. */
  start(): void;
  /** Somebody owns the gateway: where nobody is to be told, that is how it is meant. */
  owned(): void;
  /** Ends the connections, and keeps where each stands; while the database is still open. Never throws. */
  stop(): Promise<void>;
}

export function createTelemetryKeeping(parts: Parts, beside: Beside): TelemetryKeeping {
  const { config, clock, random, logger, database } = parts;
  const { scheduler, identity, link } = beside;
  const runAt = (task: string, atMs: MonotonicMs): void => void scheduler.reschedule(task, atMs);
  const wake = (task: string): void => runAt(task, clock.monotonic());
  const settings = telemetrySettings(config.features[telemetrySection.key]);
  const senders: UplinkSender[] = [];
  const isOnline = (): boolean => senders.some(({ isUp }) => isUp);
  const wakeAll = (): void => {
    for (const sender of senders) sender.wake();
  };
  const shared = { clock, logger, store: database, identity, isOnline };
  const sealer = new TelemetrySealer({
    ...shared,
    bootId: parts.bootId,
    version: parts.version.version,
    newEpoch: () => Array.from({ length: 16 }, () => random.integer(16).toString(16)).join(''),
    sealed: wakeAll,
  });
  const states: StateMessages = new StateMessages({
    ...shared,
    state: () => stateDocument({ ...beside.facts(), uplinks: telemetry.list() }),
    everyMs: settings.stateMs,
    changed: wakeAll,
  });
  const { runnable, idle } = chosenUplinks(parts);
  const turned = (): void => {
    link(isOnline() ? 'connected' : 'disconnected');
    if (isOnline()) wake(sealTaskName);
  };
  for (const uplink of runnable)
    senders.push(senderOf(uplink, parts, { ...beside, sealer, states, wake, turned }));
  const telemetry: Telemetry = new Telemetry(
    { clock, logger, store: database, wake },
    { sealer, states, senders, idle },
    settings,
  );
  return {
    tasks: telemetry
      .tasks()
      .map((task) => (task.group === 'uplink' ? triedSoon(task, { clock, random, runAt }) : task)),
    health: () => telemetry.notes(),
    commands: [
      ...bindUplinkCommands({ uplinks: telemetry }),
      ...bindTelemetryCommands({ store: database, identity }),
    ],
    list: () => telemetry.list(),
    send: (message) => telemetry.send(message),
    start: () => {
      if (telemetry.isUsed) link('provisioned');
    },
    owned: () => {
      if (!telemetry.isUsed) link('no_uplink');
    },
    stop: async () => await telemetry.stop(),
  };
}

interface Chosen {
  readonly runnable: readonly TelemetryUplink[];
  readonly idle: readonly IdleUplink[];
}

function chosenUplinks({ config, uplinkKinds = builtIn }: Parts): Chosen {
  const runnable: TelemetryUplink[] = [];
  const idle: IdleUplink[] = [];
  for (const uplink of config.uplinks) {
    const definition = uplinkKinds.find(({ id }) => id === uplink.kind);
    if (definition === undefined) continue;
    const { id, name, kind, options, backlogReadingsPerSecond } = uplink;
    const named = { id, ...(name !== undefined && { name }) };
    const reason = reasonToRest(uplink);
    if (reason !== undefined) {
      idle.push({ ...named, kind, title: definition.title, ...reason });
      continue;
    }
    const ackKey = keyOf(uplink);
    runnable.push({ ...named, definition, options, backlogReadingsPerSecond, ...(ackKey && { ackKey }) });
  }
  return { runnable, idle };
}

function reasonToRest(uplink: UplinkConfig): Pick<IdleUplink, 'state' | 'reason'> | undefined {
  const { enabled, missingSecrets } = uplink;
  if (!enabled) return { state: 'disabled', reason: 'it is disabled' };
  if (missingSecrets.length > 0)
    return { state: 'skipped', reason: `nobody has given its ${missingSecrets.join(' and ')}` };
  try {
    keyOf(uplink);
    return undefined;
  } catch (error) {
    if (errorCodeOf(error) !== 'input_invalid') throw error;
    return { state: 'skipped', reason: `its ackKey cannot be used: ${describeError(error)}` };
  }
}

/** Errors: `input_invalid`. */
function keyOf({ ackKey }: UplinkConfig): PublicKey | undefined {
  return ackKey === undefined ? undefined : parsePublicKey(ackKey);
}

interface SenderMembers extends Beside {
  readonly sealer: TelemetrySealer;
  readonly states: StateMessages;
  readonly wake: (task: string) => void;
  readonly turned: () => void;
}

function senderOf(uplink: TelemetryUplink, parts: Parts, members: SenderMembers): UplinkSender {
  const { clock, alarm, logger, http, network, database: store, config, version } = parts;
  const { identity, security, checkOf, cloud, sealer, states, wake, turned } = members;
  return new UplinkSender(uplink, {
    ...{ clock, logger, store, identity, security, states, wake, turned },
    uplink: { clock, logger, http, network, identity },
    limiter: new TimeLimiter({ clock, alarm }),
    version: version.version,
    readAck: ackReader(checkOf),
    issuerKey: (issuer) => cloud.issuerKey(issuer, 'ack'),
    hasIssuers: () => config.features['cloud'] !== undefined,
    sealed: () => sealer.place,
    receive: (message, id) => cloud.receive(message, id),
  });
}
