import { Type, type Static } from 'typebox';
import type { ConfigSection } from '../../config/section.ts';

const discord = Type.Object(
  {
    token: Type.Optional(
      Type.String({
        description: 'The bot’s token. Default: the variable TOKEN_BOT.',
        minLength: 1,
        maxLength: 200,
      }),
    ),
    guild: Type.Optional(
      Type.String({
        description: 'Id of the server (guild) whose members talk to the bot.',
        pattern: '^[0-9]{17,20}$',
      }),
    ),
    apiUrl: Type.String({
      description: 'Where Discord’s API is, without its version.',
      maxLength: 500,
      default: 'https://discord.com/api',
    }),
  },
  {
    description: 'The bot: members tell the gateway by Discord’s slash commands.',
    additionalProperties: false,
  },
);

/** The configuration of the bot, in force. */
export type DiscordSettings = Static<typeof discord>;

export const discordSection: ConfigSection = { key: 'discord', schema: discord };

/** Of a section that has passed the schema; without one there is no bot. */
export function discordSettings(section: unknown): DiscordSettings {
  return { apiUrl: 'https://discord.com/api', ...(section as Partial<DiscordSettings> | undefined) };
}
