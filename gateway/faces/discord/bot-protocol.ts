import type { SlashCommand } from './slash-command.ts';

/** What the bot's thread is started with. */
export interface BotOptions {
  readonly token: string;
  readonly guild: string;
  /** Without its version: `https://discord.com/api`. */
  readonly apiUrl: string;
  readonly commands: readonly SlashCommand[];
}

/** A slash command as somebody gave it. */
export interface AskedCommand {
  /** Of the interaction; the same when it comes twice. */
  readonly id: string;
  /** null in a direct message. */
  readonly guild: string | null;
  readonly user: string;
  /** As people see it there. */
  readonly userName: string;
  /** `fr`, `en-GB`; undefined when it was not said. */
  readonly locale: string | undefined;
  readonly guildLocale: string | undefined;
  readonly command: string;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** Of the users among the options, by id. */
  readonly names: Readonly<Record<string, string>>;
}

/** What the thread is asked to do; each has one answer. */
export type BotRequest =
  | { readonly does: 'connect' }
  /** Whether the connection to Discord's gateway is alive. */
  | { readonly does: 'look' }
  /** The commands of the guild, where they differ from ours. */
  | { readonly does: 'register' }
  /** That one sees that the bot works on it; within 3 s of its coming. */
  | { readonly does: 'acknowledge'; readonly interaction: string; readonly isPrivate: boolean }
  | { readonly does: 'answer'; readonly interaction: string; readonly content: string }
  | { readonly does: 'holds'; readonly user: string }
  | { readonly does: 'tell'; readonly user: string; readonly content: string }
  | { readonly does: 'stop' };

/**
 * Why Discord, or the way there, did not do it. `token`: the bot's token is refused. `forbidden`: it may not.
 * `absent`: what was named is not there, or not any more. `done-before`: somebody has acknowledged it. `missing`: discord.js is not installed. `refused`:
 * otherwise wrong. `away`: none of these, again later.
 */
export type BotFailureKind =
  'token' | 'forbidden' | 'absent' | 'done-before' | 'missing' | 'refused' | 'away';

export interface BotFailure {
  readonly kind: BotFailureKind;
  /** Discord's own number, or the HTTP status. */
  readonly code: number | string;
  readonly message: string;
}

export interface BotBeat {
  readonly isReady: boolean;
  /** Changes with each beat that Discord answers, every 41 s or so. */
  readonly beat: number;
}

export type BotNews =
  | { readonly tells: 'ready'; readonly name: string }
  | { readonly tells: 'away'; readonly why: string }
  /** It will never work like this: a wrong token, intents that are not allowed. */
  | { readonly tells: 'refused'; readonly failure: BotFailure }
  /** The bot was taken onto the guild, or off it. */
  | { readonly tells: 'guild'; readonly isThere: boolean }
  | { readonly tells: 'asked'; readonly asked: AskedCommand }
  | { readonly tells: 'done'; readonly call: number; readonly result: unknown }
  | { readonly tells: 'failed'; readonly call: number; readonly failure: BotFailure };

export type NumberedRequest = BotRequest & { readonly call: number };
