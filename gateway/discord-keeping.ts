import type { Config } from './config/config.ts';
import type { Alarm } from './core/clock.ts';
import { GatewayError } from './core/errors.ts';
import type { GuildMembers } from './core/guild-members.ts';
import type { Logger } from './core/logger.ts';
import type { Random } from './core/random.ts';
import { backoffMs } from './engine/backoff.ts';
import type { TaskDefinition } from './engine/task.ts';
import { waitFor } from './engine/time-limit.ts';
import type { Dispatcher } from './faces/commands/dispatcher.ts';
import { AskedAnswers } from './faces/discord/answer-asked.ts';
import { Bot, type BotTrouble } from './faces/discord/bot.ts';
import { guildMembersBy } from './faces/discord/guild-members-by.ts';
import { slashCommands } from './faces/discord/slash-commands.ts';
import type { BoundCommand } from './features/command.ts';
import { bindDiscordCommands, type BotStatus } from './features/discord/discord-commands.ts';
import { discordSection, discordSettings, type DiscordSettings } from './features/discord/discord-section.ts';
import type { HealthNote, HealthSource } from './features/lifecycle/health-board.ts';
import { membersSection, membersSettings } from './features/members/members-section.ts';
import type { Timekeeper } from './features/timekeeping/timekeeper.ts';

interface Parts {
  readonly config: Pick<Config, 'features'>;
  readonly clock: Timekeeper;
  readonly alarm: Alarm;
  readonly random: Random;
  readonly logger: Logger;
}

interface Behind {
  /** Asked when somebody gives a command: all is put together then. */
  readonly dispatcher: () => Dispatcher;
}

/** The bot, put together; where it is not configured, only what says so. */
export interface DiscordKeeping {
  readonly tasks: readonly TaskDefinition[];
  readonly health: HealthSource;
  readonly commands: readonly BoundCommand[];
  readonly guild: GuildMembers;
  /** Answers what is under way, and ends the bot's thread. Never throws. */
  stop(): Promise<void>;
}

/** Discord’s limit of 1000 connections a day is far, even when each fails. */
const retries = { firstMs: 5_000, maxMs: 300_000 };
const watchPeriodMs = 5_000;
/** Of answers that are on their way when the gateway stops: what was read must be committed soon. */
const answersMsMax = 500;

export function createDiscordKeeping(parts: Parts, { dispatcher }: Behind): DiscordKeeping {
  const { clock, alarm, random, logger, config } = parts;
  const settings = discordSettings(config.features[discordSection.key]);
  const { token, guild, apiUrl } = settings;
  if (token === undefined || guild === undefined) return withoutBot(settings, clock.wall());
  const { firstAdmin, language } = membersSettings(config.features[membersSection.key]);
  const bot = new Bot(
    { token, guild, apiUrl, commands: slashCommands },
    {
      ...{ clock, alarm, logger },
      retryMs: (failures) => backoffMs(retries, failures, random),
      onAsked: (asked) => answers.take(asked),
    },
  );
  const answers = new AskedAnswers(
    { guild, firstAdmin, language },
    { clock, logger, dispatcher, ask: async (request, msMax) => await bot.ask(request, msMax) },
  );
  const status = (): BotStatus => {
    const { message = null, hint = null } = bot.trouble() ?? {};
    return {
      ...{ state: bot.state, sinceMs: bot.sinceMs, name: bot.name ?? null, guild },
      ...{ isRegistered: bot.isRegistered ?? null, message, hint },
      ...{ answered: answers.answered, refused: answers.refused, failed: answers.failed },
    };
  };
  return {
    tasks: [
      {
        ...{ name: 'watch:discord', group: 'discord', priority: 'housekeeping' },
        ...{ periodMs: watchPeriodMs, deadlineMs: 60_000 },
        run: async () => await bot.watch(),
      },
    ],
    health: () => notesOf(bot.trouble()),
    commands: bindDiscordCommands({ status }),
    guild: guildMembersBy(async (request, msMax) => await bot.ask(request, msMax)),
    stop: async () => {
      const answered = answers.stop();
      await Promise.race([answered, waitFor(parts, answersMsMax, new AbortController().signal)]);
      // What Discord has not taken by then fails with this.
      await bot.stop();
    },
  };
}

function withoutBot({ token, guild }: DiscordSettings, nowMs: number): DiscordKeeping {
  const isHalf = (token === undefined) !== (guild === undefined);
  const trouble = isHalf
    ? {
        message: `the bot does not run: ${token === undefined ? 'discord.token' : 'discord.guild'} is not set`,
        hint: 'set both discord.token and discord.guild, or neither',
      }
    : undefined;
  const status: BotStatus = {
    ...{ state: 'off', sinceMs: nowMs, name: null, guild: guild ?? null, isRegistered: null },
    ...{ message: trouble?.message ?? null, hint: trouble?.hint ?? null, answered: 0, refused: 0, failed: 0 },
  };
  return {
    tasks: [],
    health: () => notesOf(trouble),
    commands: bindDiscordCommands({ status: () => status }),
    guild: {
      holds: () => Promise.resolve('unknown'),
      tell: () =>
        Promise.reject(
          new GatewayError('notifier_unavailable', 'no bot is configured', {
            hint: 'set discord.token and discord.guild, and start again',
          }),
        ),
    },
    stop: () => Promise.resolve(),
  };
}

function notesOf(trouble: BotTrouble | undefined): readonly HealthNote[] {
  return trouble === undefined ? [] : [{ subject: 'discord', status: 'degraded', ...trouble }];
}
