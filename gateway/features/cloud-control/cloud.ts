import type { TaskDefinition } from '../../engine/task.ts';
import type { PublicKey } from '../public-key.ts';
import { parsePublicKey } from '../public-key.ts';
import type { SecurityNotes } from '../security-events.ts';
import type { StorePort } from '../store-port.ts';
import { AncestorDesk, type AncestorDeskPorts } from './ancestor/ancestor-desk.ts';
import type { RestTunnelPorts } from './ancestor/rest-tunnel.ts';
import { ScheduleBook } from './ancestor/schedule-book.ts';
import { topicPrincipal } from './ancestor/topic-desk.ts';
import type { TopicListenerPorts } from './ancestor/topic-listener.ts';
import { createTopics } from './ancestor/topics.ts';
import type { CloudFacts } from './cloud-commands.ts';
import { CloudControl, type CloudControlPorts } from './cloud-control.ts';
import type { Purpose } from './cloud-messages.ts';
import type { CloudSettings, TopicSettings } from './cloud-section.ts';
import { CloudSwitch } from './cloud-switch.ts';
import { CommandJournal, type JournalPort } from './command-journal.ts';
import { CommandRunner, type CommandsPort } from './command-runner.ts';
import { IssuerRegister, type Issuer } from './issuer-register.ts';
import { RefusalLog } from './refusal-log.ts';

export interface CloudPorts extends Omit<CloudControlPorts, 'audit'> {
  readonly store: JournalPort &
    StorePort<'getSetting' | 'putSetting' | 'addAuditLine' | 'pruneCloudCommands'>;
  readonly security: SecurityNotes;
  /** Asked when they are there. */
  readonly commands: () => CommandsPort;
  readonly restPaths: RestTunnelPorts['restPaths'];
  readonly findDevice: AncestorDeskPorts['findDevice'];
  readonly openBroker: (
    settings: TopicSettings,
    signal: AbortSignal,
  ) => ReturnType<TopicListenerPorts['open']>;
}

/** Something about the cloud that is not as it should be, as a health line. */
export interface CloudNote {
  readonly subject: string;
  readonly status: 'degraded';
  readonly message: string;
  readonly hint: string;
}

/** The cloud, as far as its owner has let it in. */
export interface Cloud {
  readonly control: CloudControl;
  readonly facts: CloudFacts;
  /** Speaks as the earlier gateway. */
  readonly desk: AncestorDesk;
  readonly tasks: readonly TaskDefinition[];
  /** Before messages are received. Errors: those of the store. */
  start(): Promise<void>;
  /** The key of an issuer that may do this now; undefined when it may not. */
  issuerKey(issuer: string, purpose: Purpose): PublicKey | undefined;
  stop(): Promise<void>;
  notes(): readonly CloudNote[];
}

/** A repeated command gets its first result that long. */
const keptMs = 24 * 3_600_000;
/** Refusals of an hour that are more than a backend's mistake or two. */
const refusedPerHourMax = 20;

/** Errors: `input_invalid` for a root key that is none. */
export function createCloud(ports: CloudPorts, { rootKey, isOff, srcful }: CloudSettings): Cloud {
  const { clock, store, identity } = ports;
  const root = parsePublicKey(rootKey);
  const issuers = new IssuerRegister({ store, rootKey: root, gatewayId: identity.gatewayId });
  const ownerSwitch = new CloudSwitch(store, isOff);
  const refusals = new RefusalLog({ ...ports, audit: store });
  const runner = new CommandRunner(ports);
  const journal = new CommandJournal(store);
  const members = { issuers, switch: ownerSwitch, journal, runner, refusals };
  const control = new CloudControl({ ...ports, audit: store }, members);
  const issuerInForce = (issuer: string, purpose: Purpose): Issuer | undefined => {
    const found = issuers.find(issuer, purpose);
    if (found === undefined) return undefined;
    const { from, until } = found.delegation;
    const nowMs = clock.wall();
    return nowMs >= from && nowMs < until ? found : undefined;
  };
  const mayControl = (principal: string): boolean => {
    if (principal === topicPrincipal.id) return ownerSwitch.isOn && topics !== undefined;
    const issuer = issuerInForce(principal.replace(/^cloud:/, ''), 'command');
    return ownerSwitch.isOn && issuer?.scopes.has('control') === true;
  };
  const book = new ScheduleBook(store);
  const isOn = (): boolean => ownerSwitch.isOn;
  const topics = srcful && createTopics({ ...ports, refusals, isOn }, srcful);
  const ended = topics && { ended: topics.ended };
  const desk = new AncestorDesk({ ...ports, mayControl, ...ended }, book);
  return {
    control,
    desk,
    facts: {
      rootKey: root.text,
      isPinnedOff: isOff,
      get isOn() {
        return ownerSwitch.isOn;
      },
      get refused() {
        return refusals.count;
      },
      get ignored() {
        return control.ignored;
      },
      get delegations() {
        return issuers.list().map(({ delegation }) => delegation);
      },
      turnOn: async () => await ownerSwitch.turnOn(),
      turnOff: async () => await ownerSwitch.turnOff(),
    },
    tasks: [...tasksOf(ports, desk), ...(topics?.tasks ?? [])],
    start: async () => {
      await control.start();
      await book.load();
    },
    issuerKey: (issuer, purpose) => issuerInForce(issuer, purpose)?.key,
    stop: async () => {
      await control.stop();
      await topics?.stop();
    },
    notes: () => [...notesOf(refusals), ...(topics?.notes() ?? [])],
  };
}

function tasksOf(
  { clock, store, isClockTrusted }: CloudPorts,
  desk: Pick<AncestorDesk, 'runDue'>,
): readonly TaskDefinition[] {
  return [
    {
      name: 'control:cloud-schedule',
      group: 'cloud',
      priority: 'control',
      periodMs: 1_000,
      deadlineMs: 60_000,
      run: async ({ signal }) => await desk.runDue(signal),
    },
    {
      name: 'prune:cloud-commands',
      group: 'cloud',
      priority: 'housekeeping',
      periodMs: 3_600_000,
      deadlineMs: 30_000,
      run: async () => {
        if (isClockTrusted()) await store.call('pruneCloudCommands', clock.wall() - keptMs);
      },
    },
  ];
}

function notesOf({ countOfHour }: RefusalLog): readonly CloudNote[] {
  if (countOfHour <= refusedPerHourMax) return [];
  return [
    {
      subject: 'cloud',
      status: 'degraded',
      message: `${countOfHour} messages of the cloud were refused within an hour`,
      hint: 'egw audit list says which and why; if they are not yours, egw cloud off',
    },
  ];
}
