import { createHash } from 'node:crypto';
import type * as Discord from 'discord.js';
import type { ChatInputCommandInteraction, Client, CloseEvent } from 'discord.js';
import { GatewayError } from '../../core/errors.ts';
import type { AskedCommand, BotBeat, BotNews, BotOptions, BotRequest } from './bot-protocol.ts';
import { failureOf } from './bot-failure.ts';
import { isSameCommands } from './same-commands.ts';

type DiscordPackage = typeof Discord;

/** What waits for its answer; the oldest go first. */
const interactionsMax = 200;
/** Of one request to Discord; an acknowledgement is of no use after 3 s. */
const requestMsMax = 10_000;
const noMentions = { parse: [] } as const;

/** Closed for good (Gateway, "Close Event Codes"): 4004 the token, 4010 to 4014 what we ask for. */
const closedForGood: Readonly<Record<number, string>> = {
  4004: 'the token is refused',
  4010: 'the shard is refused',
  4011: 'the bot is on too many servers for one connection',
  4012: 'the version of the gateway is refused',
  4013: 'the intents are refused',
  4014: 'the intents are not allowed',
};

/** One connection of discord.js; it is thrown away with its thread. */
export class BotSession {
  readonly #options: BotOptions;
  readonly #tell: (news: BotNews) => void;
  readonly #waiting = new Map<string, ChatInputCommandInteraction>();
  #client: Client | undefined;

  constructor(options: BotOptions, tell: (news: BotNews) => void) {
    this.#options = options;
    this.#tell = tell;
  }

  /** Errors: those of discord.js. */
  async handle(request: BotRequest): Promise<unknown> {
    switch (request.does) {
      case 'connect': {
        await this.#connect();
        return;
      }
      case 'look':
        return lookAt(this.#client);
      case 'register':
        return await this.#register();
      case 'acknowledge': {
        await this.#acknowledge(request.interaction, request.isPrivate);
        return;
      }
      case 'answer': {
        await this.#answer(request.interaction, request.content);
        return;
      }
      case 'holds':
        return await this.#holds(request.user);
      case 'tell': {
        await this.#write(request.user, request.content);
        return;
      }
      case 'stop':
        return await this.#client?.destroy();
    }
  }

  async #connect(): Promise<void> {
    const discord = await loadDiscord();
    const client = createClient(discord, this.#options.apiUrl);
    this.#client = client;
    this.#listen(client, discord);
    await client.login(this.#options.token);
  }

  #listen(client: Client, { Events }: DiscordPackage): void {
    client.on(Events.ClientReady, ({ user }) => this.#tell({ tells: 'ready', name: user.username }));
    client.on(Events.ShardResume, () => this.#tell({ tells: 'ready', name: client.user?.username ?? '' }));
    client.on(Events.ShardReady, () => {
      if (client.isReady()) this.#tell({ tells: 'ready', name: client.user.username });
    });
    client.on(Events.ShardReconnecting, () => this.#tell({ tells: 'away', why: 'the connection ended' }));
    client.on(Events.ShardDisconnect, (event) => this.#tell(newsOfClosing(event)));
    client.on(Events.ShardError, (error) =>
      this.#tell({ tells: 'away', why: failureOf(error, this.#options.token).message }),
    );
    client.on(Events.Error, (error) =>
      this.#tell({ tells: 'away', why: failureOf(error, this.#options.token).message }),
    );
    client.on(Events.GuildCreate, ({ id }) => this.#tellGuild(id, true));
    client.on(Events.GuildAvailable, ({ id }) => this.#tellGuild(id, true));
    client.on(Events.GuildDelete, ({ id }) => this.#tellGuild(id, false));
    client.on(Events.InteractionCreate, (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      this.#waiting.set(interaction.id, interaction);
      const [oldest] = this.#waiting.keys();
      if (this.#waiting.size > interactionsMax && oldest !== undefined) this.#waiting.delete(oldest);
      this.#tell({ tells: 'asked', asked: describeAsked(interaction) });
    });
  }

  #tellGuild(id: string, isThere: boolean): void {
    if (id === this.#options.guild) this.#tell({ tells: 'guild', isThere });
  }

  async #register(): Promise<{ readonly isChanged: boolean }> {
    const { rest, application } = this.#ready;
    const path = `/applications/${application.id}/guilds/${this.#options.guild}/commands` as const;
    const known = await rest.get(path, { query: new URLSearchParams({ with_localizations: 'true' }) });
    if (isSameCommands(known, this.#options.commands)) return { isChanged: false };
    await rest.put(path, { body: this.#options.commands });
    return { isChanged: true };
  }

  async #acknowledge(id: string, isPrivate: boolean): Promise<void> {
    const interaction = this.#waitingFor(id);
    await interaction.deferReply(isPrivate ? { flags: ['Ephemeral'] } : {});
  }

  async #answer(id: string, content: string): Promise<void> {
    const interaction = this.#waitingFor(id);
    await interaction.editReply({ content, allowedMentions: noMentions });
    this.#waiting.delete(id);
  }

  async #holds(user: string): Promise<boolean> {
    try {
      await this.#ready.rest.get(`/guilds/${this.#options.guild}/members/${user}`);
      return true;
    } catch (error) {
      const { code } = failureOf(error, this.#options.token);
      if (code === 10_007 || code === 10_013) return false;
      throw error;
    }
  }

  async #write(user: string, content: string): Promise<void> {
    const { rest } = this.#ready;
    const channel = await rest.post('/users/@me/channels', { body: { recipient_id: user } });
    const { id } = channel as { readonly id: string };
    await rest.post(`/channels/${id}/messages`, {
      body: { content, allowed_mentions: noMentions, nonce: nonceOf(user, content), enforce_nonce: true },
    });
  }

  #waitingFor(id: string): ChatInputCommandInteraction {
    const interaction = this.#waiting.get(id);
    if (interaction !== undefined) return interaction;
    throw new GatewayError('not_found', 'nobody waits for this answer any more');
  }

  get #ready(): Client<true> {
    if (this.#client?.isReady() === true) return this.#client;
    throw new GatewayError('notifier_unavailable', 'the bot is not connected');
  }
}

/** Discord shows the same to the same person once, though it may be sent again within minutes. */
function nonceOf(user: string, content: string): string {
  return createHash('sha256').update(`${user} ${content}`).digest('hex').slice(0, 25);
}

async function loadDiscord(): Promise<DiscordPackage> {
  const loaded = await import('discord.js');
  return (loaded as { readonly default?: DiscordPackage }).default ?? loaded;
}

/** Nothing is kept of messages and people: all that is asked comes with its question. */
function createClient({ Client, GatewayIntentBits, Options }: DiscordPackage, apiUrl: string): Client {
  return new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    makeCache: Options.cacheWithLimits(nothingKept),
    sweepers: {},
    rest: {
      api: apiUrl.replace(/\/+$/, ''),
      timeout: requestMsMax,
      retries: 2,
      rejectOnRateLimit: ({ timeToReset }) => timeToReset > requestMsMax,
    },
  });
}

const nothingKept = {
  ...{
    ApplicationCommandManager: 0,
    ApplicationEmojiManager: 0,
    AutoModerationRuleManager: 0,
    BaseGuildEmojiManager: 0,
  },
  ...{
    DMMessageManager: 0,
    EntitlementManager: 0,
    GuildBanManager: 0,
    GuildEmojiManager: 0,
    GuildForumThreadManager: 0,
  },
  ...{ GuildInviteManager: 0, GuildMemberManager: 0, GuildMessageManager: 0, GuildScheduledEventManager: 0 },
  ...{
    GuildStickerManager: 0,
    GuildTextThreadManager: 0,
    MessageManager: 0,
    PresenceManager: 0,
    ReactionManager: 0,
  },
  ...{
    ReactionUserManager: 0,
    StageInstanceManager: 0,
    ThreadManager: 0,
    ThreadMemberManager: 0,
    UserManager: 0,
  },
  ...{ VoiceStateManager: 0 },
};

function lookAt(client: Client | undefined): BotBeat {
  const shard = client?.ws.shards.first();
  return { isReady: client?.isReady() === true, beat: shard?.lastPingTimestamp ?? 0 };
}

function newsOfClosing({ code }: CloseEvent): BotNews {
  const message = closedForGood[code];
  if (message === undefined) return { tells: 'away', why: `Discord closed the connection with ${code}` };
  return { tells: 'refused', failure: { kind: code === 4004 ? 'token' : 'refused', code, message } };
}

function describeAsked(interaction: ChatInputCommandInteraction): AskedCommand {
  const { id, guildId, user, commandName, locale, guildLocale, options } = interaction;
  const given = options.data.map(({ name, value }) => [name, value ?? ''] as const);
  const members = options.data.flatMap((option) =>
    option.user ? [[option.user, option.member] as const] : [],
  );
  const nameOf = (one: typeof user, nick: unknown): string =>
    typeof nick === 'string' ? nick : (one.globalName ?? one.username);
  const nickOf = (member: unknown): unknown =>
    (member as { readonly nick?: unknown } | null | undefined)?.nick;
  return {
    ...{ id, guild: guildId, user: user.id, command: commandName },
    userName: nameOf(user, nickOf(interaction.member)),
    locale,
    guildLocale: guildLocale ?? undefined,
    options: Object.fromEntries(given),
    names: Object.fromEntries(members.map(([one, member]) => [one.id, nameOf(one, nickOf(member))])),
  };
}
