import { Type } from 'typebox';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, instant, nullable, oneOf } from '../schema.ts';

const botStates = ['off', 'connecting', 'ready', 'away', 'refused'] as const;

export type BotState = (typeof botStates)[number];

/** How the bot is. */
export interface BotStatus {
  readonly state: BotState;
  readonly sinceMs: number;
  /** What it is called there; null: not known. */
  readonly name: string | null;
  readonly guild: string | null;
  /** null: not known yet. */
  readonly isRegistered: boolean | null;
  /** What is wrong. */
  readonly message: string | null;
  readonly hint: string | null;
  /** Commands of people since the start. */
  readonly answered: number;
  readonly refused: number;
  readonly failed: number;
}

export interface DiscordPorts {
  readonly status: () => BotStatus;
}

const count = (description: string) => Type.Integer({ description, minimum: 0 });

const discordStatus = defineCommand({
  id: 'discord.status',
  summary: 'Whether the bot is there for its members',
  scope: 'read',
  input: closed({}),
  output: closed({
    state: oneOf([...botStates], {
      description:
        'off: not configured; away: it comes back by itself; refused: it will not, until the configuration is corrected',
    }),
    sinceMs: instant({ description: 'Since when' }),
    name: nullable(Type.String({ description: 'What it is called at Discord' })),
    guild: nullable(Type.String({ description: 'Id of the server (guild) it is for' })),
    isRegistered: nullable(
      Type.Boolean({ description: 'Whether its slash commands are there; null: not known yet' }),
    ),
    message: nullable(Type.String({ description: 'What is wrong' })),
    hint: nullable(Type.String({ description: 'What to do' })),
    answered: count('Commands that were answered since the start'),
    refused: count('Of these, those that were refused in words'),
    failed: count('Commands whose answer did not arrive'),
  }),
  http: { method: 'GET', path: '/api/v1/discord' },
  cli: { verb: 'discord status' },
  run: ({ status }: DiscordPorts) => ({ ...status() }),
});

export const discordCommands = [discordStatus] as const;

/** The commands about the bot. */
export function bindDiscordCommands(ports: DiscordPorts): readonly BoundCommand[] {
  return [bindCommand(discordStatus, ports)];
}
