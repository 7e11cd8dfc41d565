import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { DiscordGateway } from './discord-gateway.ts';
import { DiscordRest, type DiscordAnswer } from './discord-rest.ts';
import type { ServiceAnswer } from './service.ts';

export interface DiscordServerOptions {
  /** The bot’s. */
  readonly token: string;
  readonly guild: string;
  /** UTC epoch ms. */
  readonly nowMs: () => number;
  /** Default 41 250. */
  readonly heartbeatMs?: number;
  /** Default: any free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
}

/** Somebody gives a slash command. */
export interface GivenCommand {
  readonly user: string;
  readonly userName?: string;
  readonly command: string;
  readonly options?: Readonly<Record<string, string | number>>;
  /** Names of options whose values are users. */
  readonly users?: readonly string[];
  readonly locale?: string;
  readonly guildLocale?: string;
  /** Another guild; null: a direct message. */
  readonly guild?: string | null;
}

/** How requests to matching paths go wrong. */
export interface DiscordFault {
  readonly path: RegExp;
  /** `hang`: never answered; `after`: done, and then answered like that. */
  readonly kind: ServiceAnswer | 'hang' | 'drop';
  readonly isAfter?: true;
  readonly times: number;
}

const application = '990000000000000001';

/** Discord’s gateway and REST on one real port. */
export class DiscordServer {
  readonly gateway: DiscordGateway;
  readonly rest: DiscordRest;
  readonly #options: DiscordServerOptions;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly requests: string[] = [];
  #faults: DiscordFault[] = [];
  #nextId = 1_160_000_000_000_000_001n;
  /** By id. */
  readonly #given = new Map<string, { readonly token: string; readonly data: object }>();

  private constructor(options: DiscordServerOptions) {
    this.#options = options;
    const { token, guild, heartbeatMs = 41_250 } = options;
    const url = (): string => `ws://${this.#host}:${this.port}`;
    this.rest = new DiscordRest({ token, application, guild, gatewayUrl: url });
    this.gateway = new DiscordGateway({
      ...{ token, heartbeatMs, url, intentsAllowed: 1 },
      ready: () => ({
        user: { id: application, username: 'tempo', discriminator: '0', avatar: null, bot: true },
        application: { id: application, flags: 0 },
        guilds: this.rest.isOnGuild ? [{ id: guild, unavailable: true }] : [],
      }),
      guilds: () => (this.rest.isOnGuild ? [guildOf(guild)] : []),
    });
    this.#http = createServer((request, response) => {
      void this.#serve(request, response);
    });
    this.#http.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (one) => this.gateway.connect(one));
    });
  }

  static async start(options: DiscordServerOptions): Promise<DiscordServer> {
    const server = new DiscordServer(options);
    await server.listen(options.port ?? 0);
    return server;
  }

  /** Again, after `close`, on the same port. */
  async listen(port = this.#port): Promise<void> {
    this.#http.listen(port, this.#host);
    await once(this.#http, 'listening');
    this.#port = (this.#http.address() as AddressInfo).port;
  }

  #port = 0;

  get #host(): string {
    return this.#options.host ?? '127.0.0.1';
  }

  get port(): number {
    return this.#port;
  }

  /** Without a version. */
  get apiUrl(): string {
    return `http://${this.#host}:${this.port}/api`;
  }

  fail(fault: DiscordFault): void {
    this.#faults.push(fault);
  }

  mend(): void {
    this.#faults = [];
  }

  /** Answers the interaction’s id. */
  give(given: GivenCommand): string {
    const id = String(this.#nextId);
    this.#nextId += 1n;
    const token = `aW50ZXJhY3Rpb24${id}.${'x'.repeat(60)}`;
    this.rest.open(id, token, this.#options.nowMs());
    this.#given.set(id, { token, data: interactionOf(id, token, given, this.#options.guild) });
    this.repeat(id);
    return id;
  }

  /** Sends it once more, as Discord may. */
  repeat(id: string): void {
    this.gateway.dispatch('INTERACTION_CREATE', this.#given.get(id)?.data);
  }

  answerTo(id: string): DiscordAnswer | undefined {
    return this.rest.answerTo(this.#given.get(id)?.token ?? '');
  }

  /** The bot is taken off the guild. */
  removeFromGuild(): void {
    this.rest.isOnGuild = false;
    this.gateway.dispatch('GUILD_DELETE', { id: this.#options.guild });
  }

  invite(): void {
    this.rest.isOnGuild = true;
    this.gateway.dispatch('GUILD_CREATE', guildOf(this.#options.guild));
  }

  async close(): Promise<void> {
    if (!this.#http.listening) return;
    const closed = once(this.#http, 'close');
    this.#http.close();
    this.gateway.drop();
    this.#http.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const { method = 'GET', url = '/' } = request;
    this.requests.push(`${method} ${url}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const),
    );
    const body = Buffer.concat(chunks).toString();
    const handle = (): ServiceAnswer =>
      this.rest.handle({ method, url, headers, body }, this.#options.nowMs());
    const fault = this.#takeFault(url);
    if (fault?.isAfter === true || fault === undefined) {
      const answer = handle();
      if (fault === undefined) {
        send(response, answer);
        return;
      }
    }
    if (fault.kind === 'hang') return;
    if (fault.kind === 'drop') response.socket?.destroy();
    else send(response, fault.kind);
  }

  #takeFault(url: string): DiscordFault | undefined {
    const index = this.#faults.findIndex(({ path, times }) => times > 0 && path.test(url));
    const fault = this.#faults[index];
    if (fault !== undefined) this.#faults[index] = { ...fault, times: fault.times - 1 };
    return fault;
  }
}

function send(response: ServerResponse, { status, headers = {}, body }: ServiceAnswer): void {
  response.writeHead(status, headers).end(status === 204 ? undefined : body);
}

function guildOf(id: string): object {
  return {
    ...{ id, name: 'Friends', owner_id: '800000000000000001', unavailable: false, member_count: 4 },
    ...{ roles: [], emojis: [], stickers: [], features: [], channels: [], threads: [], members: [] },
    ...{ voice_states: [], presences: [], stage_instances: [], guild_scheduled_events: [] },
    ...{ joined_at: '2024-01-01T00:00:00+00:00', preferred_locale: 'fr', nsfw_level: 0, premium_tier: 0 },
  };
}

function interactionOf(id: string, token: string, given: GivenCommand, usualGuild: string): object {
  const { options = {}, users = [], guild = usualGuild, guildLocale = 'fr', locale = 'fr' } = given;
  const user = userOf(given.user, given.userName ?? `name-${given.user}`);
  const who =
    guild === null ? { user } : { guild_id: guild, guild_locale: guildLocale, member: memberOf(user) };
  const values = Object.entries(options).map(([name, value]) => ({
    ...{ name, value },
    type: users.includes(name) ? 6 : typeof value === 'number' ? 4 : 3,
  }));
  const mentioned = users.flatMap((name) => (options[name] === undefined ? [] : [String(options[name])]));
  return {
    ...{ id, application_id: application, type: 2, token, version: 1, locale, ...who },
    ...{
      channel_id: '990000000000000009',
      channel: { id: '990000000000000009', type: 0 },
      app_permissions: '2048',
    },
    ...{ entitlements: [], authorizing_integration_owners: {}, context: guild === null ? 1 : 0 },
    data: {
      ...{ id: '990000000000000100', name: given.command, type: 1, options: values },
      resolved: { users: Object.fromEntries(mentioned.map((one) => [one, userOf(one, `name-${one}`)])) },
    },
  };
}

function userOf(id: string, name: string): object {
  return { id, username: `user-${id}`, global_name: name, discriminator: '0', avatar: null };
}

function memberOf(user: object): object {
  return {
    ...{ user, roles: [], permissions: '2147483647', nick: null, joined_at: '2024-01-01T10:00:00+00:00' },
    ...{ deaf: false, mute: false, flags: 0 },
  };
}
