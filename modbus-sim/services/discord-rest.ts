import { commandProblems } from './discord-commands.ts';
import { jsonAnswer, type ServiceAnswer, type ServiceRequest, type SimulatedService } from './service.ts';

/** What was answered to somebody’s command. */
export interface DiscordAnswer {
  /** Of the callback: 4 a message, 5 one that comes later; undefined: none yet. */
  readonly type: number | undefined;
  readonly isEphemeral: boolean;
  /** undefined: still none. */
  readonly content: string | undefined;
  /** How often it was acknowledged, the times included at which that was refused. */
  readonly acknowledgements: number;
}

interface DiscordRestOptions {
  readonly token: string;
  readonly application: string;
  readonly guild: string;
  readonly gatewayUrl: () => string;
}

interface OpenInteraction {
  readonly id: string;
  readonly atMs: number;
  answer: DiscordAnswer;
}

interface Asked extends ServiceRequest {
  readonly path: readonly string[];
  readonly nowMs: number;
}

const acknowledgeMsMax = 3_000;
const tokenMsMax = 900_000;
const contentLengthMax = 2_000;
const ephemeral = 64;

/** Discord’s REST API v10, as far as a bot with slash commands asks it. */
export class DiscordRest implements SimulatedService {
  readonly id = 'discord';
  readonly #options: DiscordRestOptions;
  readonly #interactions = new Map<string, OpenInteraction>();
  readonly #nonces = new Set<string>();
  /** As they were registered last. */
  commands: readonly Readonly<Record<string, unknown>>[] = [];
  registrations = 0;
  /** Whether the bot is on the guild. */
  isOnGuild = true;
  /** Whether it was invited with `applications.commands`. */
  mayHaveCommands = true;
  sessionsRemaining = 1_000;
  readonly members = new Set<string>();
  /** They take no direct messages. */
  readonly closedTo = new Set<string>();
  readonly directMessages: { readonly user: string; readonly content: string }[] = [];

  constructor(options: DiscordRestOptions) {
    this.#options = options;
  }

  /** An interaction begins: from here on it can be answered. */
  open(id: string, token: string, atMs: number): void {
    const answer = { type: undefined, isEphemeral: false, content: undefined, acknowledgements: 0 };
    this.#interactions.set(token, { id, atMs, answer });
  }

  answerTo(token: string): DiscordAnswer | undefined {
    return this.#interactions.get(token)?.answer;
  }

  handle(request: ServiceRequest, nowMs: number): ServiceAnswer {
    const { pathname } = new URL(request.url, 'http://discord');
    const [, , version, ...path] = pathname.split('/').map(decodeURIComponent);
    if (version !== 'v10') return failure(404, 0, '404: Not Found');
    const asked = { ...request, path, nowMs };
    const [first] = path;
    if (first === 'interactions') return this.#acknowledge(asked);
    if (first === 'webhooks') return this.#edit(asked);
    if (request.headers['authorization'] !== `Bot ${this.#options.token}`)
      return failure(401, 0, '401: Unauthorized');
    return this.#withToken(asked);
  }

  #withToken(asked: Asked): ServiceAnswer {
    const { application, guild } = this.#options;
    const { path, method } = asked;
    const name = `${method} /${path.join('/')}`;
    if (name === 'GET /gateway/bot') return jsonAnswer(200, this.#gateway());
    if (path.join('/') === `applications/${application}/guilds/${guild}/commands`)
      return this.#commands(asked);
    if (path[0] === 'applications') return failure(403, 50_001, 'Missing Access');
    if (method === 'GET' && path[0] === 'guilds' && path[2] === 'members')
      return this.#member(path[1], path[3] ?? '');
    if (name === 'POST /users/@me/channels') return channelOf(asked);
    if (method === 'POST' && path[0] === 'channels' && path[2] === 'messages') return this.#write(asked);
    return failure(404, 0, '404: Not Found');
  }

  #gateway(): object {
    return {
      url: this.#options.gatewayUrl(),
      shards: 1,
      session_start_limit: {
        total: 1_000,
        remaining: this.sessionsRemaining,
        reset_after: 14_400_000,
        max_concurrency: 1,
      },
    };
  }

  #commands({ method, body }: Asked): ServiceAnswer {
    if (!this.isOnGuild || !this.mayHaveCommands) return failure(403, 50_001, 'Missing Access');
    if (method === 'GET') return jsonAnswer(200, this.commands);
    if (method !== 'PUT') return failure(405, 0, '405: Method Not Allowed');
    const given = parsed(body);
    const problems = commandProblems(given);
    if (problems.length > 0) return failure(400, 50_035, 'Invalid Form Body', { errors: problems });
    this.registrations += 1;
    const { application, guild } = this.#options;
    this.commands = (given as readonly object[]).map((one, index) => ({
      ...{ id: `99000000000000${100 + index}`, application_id: application, guild_id: guild, version: '1' },
      ...{ default_member_permissions: null, nsfw: false, dm_permission: false, integration_types: [0] },
      ...one,
    }));
    return jsonAnswer(200, this.commands);
  }

  #member(guild: string | undefined, user: string): ServiceAnswer {
    if (guild !== this.#options.guild || !this.isOnGuild) return failure(403, 50_001, 'Missing Access');
    if (!/^\d{15,20}$/.test(user)) return failure(400, 50_035, 'Invalid Form Body');
    if (!this.members.has(user)) return failure(404, 10_007, 'Unknown Member');
    return jsonAnswer(200, { user: userOf(user), roles: [], joined_at: '2024-01-01T00:00:00+00:00' });
  }

  #write({ path, body }: Asked): ServiceAnswer {
    const user = (path[1] ?? '').replace(/^7/, '8');
    const message = parsed(body) as { content?: string; nonce?: string; enforce_nonce?: boolean };
    const { content = '', nonce } = message;
    if (content.trim() === '') return failure(400, 50_006, 'Cannot send an empty message');
    if (Array.from(content).length > contentLengthMax) return failure(400, 50_035, 'Invalid Form Body');
    if (this.closedTo.has(user)) return failure(403, 50_007, 'Cannot send messages to this user');
    const isKnown = message.enforce_nonce === true && nonce !== undefined && this.#nonces.has(nonce);
    if (!isKnown) this.directMessages.push({ user, content });
    if (nonce !== undefined) this.#nonces.add(nonce);
    return jsonAnswer(200, messageOf(String(this.directMessages.length), path[1] ?? '', content));
  }

  #acknowledge({ path, body, nowMs }: Asked): ServiceAnswer {
    const [, id, token = ''] = path;
    const open = this.#interactions.get(token);
    if (open?.id !== id || open === undefined) return failure(404, 10_062, 'Unknown interaction');
    const { answer } = open;
    open.answer = { ...answer, acknowledgements: answer.acknowledgements + 1 };
    if (nowMs - open.atMs > acknowledgeMsMax) return failure(404, 10_062, 'Unknown interaction');
    if (answer.type !== undefined) return failure(400, 40_060, 'Interaction has already been acknowledged.');
    const { type, data } = parsed(body) as { type: number; data?: { flags?: number; content?: string } };
    const isEphemeral = ((data?.flags ?? 0) & ephemeral) !== 0;
    open.answer = { ...open.answer, type, isEphemeral, content: type === 4 ? data?.content : undefined };
    return { status: 204, body: '' };
  }

  #edit({ path, method, body, nowMs }: Asked): ServiceAnswer {
    const [, application, token = '', , which] = path;
    const open = this.#interactions.get(token);
    if (application !== this.#options.application || open === undefined)
      return failure(404, 10_015, 'Unknown Webhook');
    if (nowMs - open.atMs > tokenMsMax) return failure(401, 50_027, 'Invalid Webhook Token');
    if (method !== 'PATCH' || which !== '@original') return failure(405, 0, '405: Method Not Allowed');
    if (open.answer.type === undefined) return failure(404, 10_008, 'Unknown Message');
    return fill(open, parsed(body));
  }
}

function fill(open: OpenInteraction, given: unknown): ServiceAnswer {
  const { content = '', allowed_mentions: mentions } = given as {
    content?: string;
    allowed_mentions?: { parse?: readonly string[] };
  };
  if (Array.from(content).length > contentLengthMax || content.trim() === '')
    return failure(400, 50_035, 'Invalid Form Body');
  if (mentions?.parse?.length !== 0) return failure(400, 50_035, 'this stub lets nobody be mentioned');
  open.answer = { ...open.answer, content };
  return jsonAnswer(200, messageOf(open.id, '990000000000000009', content));
}

function channelOf({ body }: Asked): ServiceAnswer {
  const { recipient_id: user = '' } = parsed(body) as { recipient_id?: string };
  if (!/^8\d{15,19}$/.test(user)) return failure(400, 50_033, 'Invalid Recipient(s)');
  return jsonAnswer(200, { id: user.replace(/^8/, '7'), type: 1, recipients: [userOf(user)] });
}

function userOf(id: string): object {
  return { id, username: `user-${id}`, discriminator: '0', global_name: null, avatar: null };
}

function messageOf(id: string, channel: string, content: string): object {
  return {
    ...{ id, channel_id: channel, content, type: 0, author: { ...userOf('990000000000000001'), bot: true } },
    ...{ timestamp: '2026-01-01T00:00:00+00:00', edited_timestamp: null, tts: false, pinned: false },
    ...{
      mention_everyone: false,
      mentions: [],
      mention_roles: [],
      attachments: [],
      embeds: [],
      components: [],
    },
  };
}

function failure(status: number, code: number, message: string, more: object = {}): ServiceAnswer {
  return jsonAnswer(status, { message, code, ...more });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}
