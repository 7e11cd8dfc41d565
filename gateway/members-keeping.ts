import type { Config } from './config/config.ts';
import type { AlertDesk, AlertRule } from './core/alert.ts';
import type { Derogations } from './core/derogations.ts';
import { describeError } from './core/errors.ts';
import type { GuildMembers } from './core/guild-members.ts';
import type { Logger } from './core/logger.ts';
import type { TempoKnowledge } from './core/tempo-knowledge.ts';
import type { TaskDefinition } from './engine/task.ts';
import type { BoundCommand } from './features/command.ts';
import { discordSection, discordSettings } from './features/discord/discord-section.ts';
import type { HealthSource } from './features/lifecycle/health-board.ts';
import { bindCostSharingCommands } from './features/members/cost-sharing-commands.ts';
import { bindDerogationCommands } from './features/members/derogation-commands.ts';
import { DerogationDesk } from './features/members/derogation-desk.ts';
import { bindMemberCommands } from './features/members/member-commands.ts';
import { MemberRegister } from './features/members/member-register.ts';
import { membersSection, membersSettings } from './features/members/members-section.ts';
import { memberRules } from './features/members/statement-rules.ts';
import { Statements } from './features/members/statements.ts';
import { serverSection, serverSettings } from './features/server/server-section.ts';
import type { Timekeeper } from './features/timekeeping/timekeeper.ts';
import type { Database } from './storage/store-calls.ts';

const minuteMs = 60_000;

interface Parts {
  readonly config: Pick<Config, 'features' | 'notifiers'>;
  readonly clock: Timekeeper;
  readonly logger: Logger;
  readonly database: Database;
}

interface Beside {
  readonly tempo: TempoKnowledge;
  readonly guild: GuildMembers;
  readonly desk: AlertDesk;
}

/** Members, their derogations and what they share, put together. */
export interface MembersKeeping {
  /** For those who switch the server. */
  readonly derogations: Derogations;
  /** Whether those of before are known. */
  readonly isRead: () => boolean;
  readonly tasks: readonly TaskDefinition[];
  readonly health: HealthSource;
  readonly commands: readonly BoundCommand[];
  readonly rules: readonly AlertRule[];
  /** Reads what derogations hold; after what is known of colours. Never throws: what fails is tried again. */
  start(): Promise<void>;
}

export function createMembersKeeping(parts: Parts, beside: Beside): MembersKeeping {
  const { config, clock, logger, database: store } = parts;
  const settings = membersSettings(config.features[membersSection.key]);
  const hasServer = serverSettings(config.features[serverSection.key]) !== undefined;
  const isTimeKnown = (): boolean => clock.state === 'trusted';
  const hasGuild = discordSettings(config.features[discordSection.key]).guild !== undefined;
  const ports = { clock, logger, store, isTimeKnown, hasGuild, ...beside };
  const derogations = new DerogationDesk(ports);
  const members = new MemberRegister(ports, settings, () => {
    derogations.lookAgain();
  });
  const statements = new Statements(ports, settings);
  return {
    derogations,
    isRead: () => derogations.isRead,
    tasks: !hasServer
      ? []
      : [
          {
            ...{ name: 'derogation:look', group: 'members', priority: 'control' },
            ...{ periodMs: minuteMs, offsetMs: 5_000, deadlineMs: minuteMs },
            run: async () => {
              await derogations.look();
            },
          },
          ...statements.tasks(),
        ],
    health: () => healthOf(statements),
    commands: [
      ...bindMemberCommands({ members }),
      ...bindDerogationCommands({ derogations }),
      ...bindCostSharingCommands({ members: ports, statements }),
    ],
    rules: memberRules(hasServer && config.notifiers.length > 0),
    start: async () => {
      try {
        await derogations.look();
      } catch (error) {
        logger.warn({ reason: describeError(error) }, 'derogations not read yet');
      }
    },
  };
}

function healthOf({ problem }: Statements): ReturnType<HealthSource> {
  if (problem === undefined) return [];
  const { message, hint = '' } = problem;
  return [{ subject: 'statement', status: 'degraded', message, hint }];
}
