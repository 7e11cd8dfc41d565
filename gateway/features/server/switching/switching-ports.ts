import type { AlertDesk } from '../../../core/alert.ts';
import type { Clock } from '../../../core/clock.ts';
import type { Derogations } from '../../../core/derogations.ts';
import type { LiveFeed } from '../../../core/live-feed.ts';
import type { Logger } from '../../../core/logger.ts';
import type { TempoKnowledge } from '../../../core/tempo-knowledge.ts';
import type { PowerSwitch, SwitchPosition } from '../../../io/switches/switch.ts';
import type { StorePort } from '../../store-port.ts';
import type { ServerSettings } from '../server-section.ts';

/** The configured switch of the server. */
export interface ServerSwitch extends Pick<PowerSwitch, 'turn' | 'position'> {
  /** Its configured id. */
  readonly id: string;
  /** What it can be told. */
  readonly positions: readonly SwitchPosition[];
}

/** A switch that is named, and cannot be used. */
export interface UnusableSwitch {
  readonly id: string;
  /** For people. */
  readonly reason: string;
}

/** What switching the server needs of the rest of the gateway. */
export interface SwitchingPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly feed: LiveFeed;
  readonly store: StorePort<'addServerOrder' | 'updateServerOrder' | 'listServerOrders' | 'addAuditLine'>;
  readonly desk: AlertDesk;
  readonly settings: ServerSettings;
  /** undefined: none is configured, or it could not be opened; then nothing is switched. */
  readonly powerSwitch: ServerSwitch | undefined;
  /** The one that is configured and cannot be used, and why. */
  readonly unusable?: UnusableSwitch | undefined;
  readonly knowledge: Pick<TempoKnowledge, 'colourOf' | 'redProbability' | 'onNews'>;
  /** undefined: there are no members. */
  readonly derogations: Derogations | undefined;
  /** False while the time is not believed: then the policy does not decide. */
  readonly isTimeKnown: () => boolean;
  /** False before colours and derogations were read from the disk: then the policy does not decide, either. */
  readonly isKnowledgeRead: () => boolean;
  /** Period of a source or device; undefined where there is none of that id. */
  readonly periodMsOf: (id: string) => number | undefined;
  /** Runs a task of ours at once. */
  readonly hasten: (task: string) => void;
}
