import { Type, type Static } from 'typebox';
import type { ConfigSection, SectionProblem } from '../../config/section.ts';

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
      description: 'Where Discord’s API is, without its version: https, since it is told the bot’s token.',
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

export const discordSection: ConfigSection = {
  key: 'discord',
  schema: discord,
  problems: (section) => apiUrlProblems((section as { readonly apiUrl?: string }).apiUrl),
};

/** Of a section that has passed the schema; without one there is no bot. */
export function discordSettings(section: unknown): DiscordSettings {
  return { apiUrl: 'https://discord.com/api', ...(section as Partial<DiscordSettings> | undefined) };
}

/** This machine, outright: no name that leads here. */
const ownHost = /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/;

function apiUrlProblems(text: string | undefined): readonly SectionProblem[] {
  const message = text === undefined ? undefined : whyNoApiUrl(URL.parse(text));
  const hint = 'leave it out, or give an https:// address without its version: https://discord.com/api';
  return message === undefined ? [] : [{ path: ['apiUrl'], message, hint }];
}

function whyNoApiUrl(url: URL | null): string | undefined {
  if (url === null || !['https:', 'http:'].includes(url.protocol)) return 'must be an https:// address';
  if (url.username !== '' || url.password !== '') return 'must hold no name and no password';
  if (url.search !== '' || url.hash !== '') return 'must have no ? and no # in it';
  if (url.protocol === 'http:' && !ownHost.test(url.hostname))
    return 'must be https:// unless it is on this machine';
  return undefined;
}
