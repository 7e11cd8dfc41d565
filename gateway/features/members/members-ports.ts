import type { AlertDesk } from '../../core/alert.ts';
import type { Clock } from '../../core/clock.ts';
import type { GuildMembers } from '../../core/guild-members.ts';
import type { Logger } from '../../core/logger.ts';
import type { TempoKnowledge } from '../../core/tempo-knowledge.ts';
import type { StorePort } from '../store-port.ts';

/** What members need of the rest of the gateway. */
export interface MembersPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: StorePort<
    | 'listMembers'
    | 'putMembers'
    | 'listPresences'
    | 'addDerogation'
    | 'removeDerogation'
    | 'listDerogations'
    | 'putStatements'
    | 'listStatements'
    | 'getMeterMark'
    | 'listMetered'
    | 'listTempoDays'
    | 'listTempoPrices'
    | 'getSetting'
    | 'putSetting'
    | 'addAuditLine'
  >;
  readonly tempo: TempoKnowledge;
  readonly guild: GuildMembers;
  /** Whether members are to be on a server of Discord. */
  readonly hasGuild: boolean;
  readonly desk: AlertDesk;
  /** False while it is not known what time it is. */
  readonly isTimeKnown: () => boolean;
}
