import type { TaskDefinition } from '../../engine/task.ts';
import type { PublicKey } from '../public-key.ts';
import { parsePublicKey } from '../public-key.ts';
import type { SecurityNotes } from '../security-events.ts';
import type { StorePort } from '../store-port.ts';
import type { CloudFacts } from './cloud-commands.ts';
import { CloudControl, type CloudControlPorts } from './cloud-control.ts';
import type { Purpose } from './cloud-messages.ts';
import type { CloudSettings } from './cloud-section.ts';
import { CloudSwitch } from './cloud-switch.ts';
import { CommandJournal, type JournalPort } from './command-journal.ts';
import { CommandRunner, type CommandsPort } from './command-runner.ts';
import { IssuerRegister } from './issuer-register.ts';
import { RefusalLog } from './refusal-log.ts';

export interface CloudPorts extends Omit<CloudControlPorts, 'audit'> {
  readonly store: JournalPort &
    StorePort<'getSetting' | 'putSetting' | 'addAuditLine' | 'pruneCloudCommands'>;
  readonly security: SecurityNotes;
  /** Asked when they are there. */
  readonly commands: () => CommandsPort;
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
  readonly tasks: readonly TaskDefinition[];
  /** The key of an issuer that may do this now; undefined when it may not. */
  issuerKey(issuer: string, purpose: Purpose): PublicKey | undefined;
  notes(): readonly CloudNote[];
}

/** A repeated command gets its first result that long. */
const keptMs = 24 * 3_600_000;
/** Refusals of an hour that are more than a backend's mistake or two. */
const refusedPerHourMax = 20;

/** Errors: `input_invalid` for a root key that is none. */
export function createCloud(ports: CloudPorts, { rootKey, isOff }: CloudSettings): Cloud {
  const { clock, store, identity, isClockTrusted } = ports;
  const root = parsePublicKey(rootKey);
  const issuers = new IssuerRegister({ store, rootKey: root, gatewayId: identity.gatewayId });
  const ownerSwitch = new CloudSwitch(store, isOff);
  const refusals = new RefusalLog({ ...ports, audit: store });
  const runner = new CommandRunner(ports);
  const journal = new CommandJournal(store);
  const members = { issuers, switch: ownerSwitch, journal, runner, refusals };
  const control = new CloudControl({ ...ports, audit: store }, members);
  return {
    control,
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
    tasks: [
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
    ],
    issuerKey: (issuer, purpose) => {
      const found = issuers.find(issuer, purpose);
      if (found === undefined) return undefined;
      const { from, until } = found.delegation;
      const nowMs = clock.wall();
      return nowMs >= from && nowMs < until ? found.key : undefined;
    },
    notes: () => notesOf(refusals),
  };
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
