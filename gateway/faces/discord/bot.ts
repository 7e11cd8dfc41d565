import type { Alarm, Clock } from '../../core/clock.ts';
import { describeError, GatewayError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { BotState } from '../../features/discord/discord-commands.ts';
import type { AskedCommand, BotBeat, BotOptions, BotRequest } from './bot-protocol.ts';
import { BotThread, type ThreadPorts } from './bot-thread.ts';
import type { BotNews } from './bot-protocol.ts';

export interface BotPorts {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly logger: Logger;
  /** How long to wait after so many failures in a row, from 1. */
  readonly retryMs: (failures: number) => number;
  readonly onAsked: (asked: AskedCommand) => void;
  readonly startWorker?: ThreadPorts['startWorker'];
}

/** What is wrong, and what to do about it. */
export interface BotTrouble {
  readonly message: string;
  readonly hint: string;
}

const connectMsMax = 60_000;
const lookMsMax = 20_000;
const registerMsMax = 45_000;
/** discord.js comes back by itself within seconds; what takes longer starts anew, later each time. */
const awayMsMax = 60_000;
/** discord.js connects anew by itself when a beat is not answered, unless it is stuck. */
const beatMsMax = 180_000;
const calmMs = 600_000;
/** Connections that came and went without ten calm minutes: Discord allows a thousand a day. */
const flapsMax = 10;
const registerAgainMs = 60_000;
const registerRefusedMs = 3_600_000;

/**
 * Keeps the bot's thread running: `connecting → ready ⇄ away`, and a new thread where one does not come back, later each
 * time; `refused` for good, since Discord bars those who knock with a wrong token. Nothing here throws.
 */
export class Bot {
  readonly #options: BotOptions;
  readonly #ports: BotPorts;
  #thread: BotThread | undefined;
  #state: BotState = 'connecting';
  #since: { readonly wallMs: number; readonly ms: number };
  #name: string | undefined;
  #trouble: BotTrouble | undefined;
  #isRegistered: boolean | undefined;
  #registerAtMs = 0;
  #registerTrouble: BotTrouble | undefined;
  #failures = 0;
  #flaps = 0;
  #startAtMs = 0;
  /** Since when the thread tries to be ready. */
  #tryingMs = 0;
  #beat: { readonly beat: number; readonly ms: number } = { beat: -1, ms: 0 };
  #isStopped = false;

  constructor(options: BotOptions, ports: BotPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#since = this.#now();
  }

  get state(): BotState {
    return this.#state;
  }

  get sinceMs(): number {
    return this.#since.wallMs;
  }

  get name(): string | undefined {
    return this.#name;
  }

  get isRegistered(): boolean | undefined {
    return this.#isRegistered;
  }

  /** What is worth telling: a short absence is not. */
  trouble(): BotTrouble | undefined {
    if (this.#state === 'ready') return this.#registerTrouble;
    const isBrief = this.#now().ms - this.#since.ms < awayMsMax && this.#failures < 2;
    return this.#state === 'refused' || !isBrief ? this.#trouble : undefined;
  }

  /** Sees that it runs; to be called every few seconds. */
  async watch(): Promise<void> {
    const { ms } = this.#now();
    const heldMs = ms - this.#since.ms;
    if (this.#isStopped || this.#state === 'refused') return;
    if (this.#thread === undefined) {
      if (ms >= this.#startAtMs) this.#begin();
      return;
    }
    if (this.#state === 'ready') await this.#watchReady(heldMs);
    else if (ms - this.#tryingMs > awayMsMax) await this.#again('it did not come back');
  }

  /** Also while its connection is away: what came before can still be answered. Errors: those of `BotThread.ask`. */
  async ask(request: BotRequest, msMax: number): Promise<unknown> {
    if (this.#thread === undefined)
      throw new GatewayError('notifier_unavailable', 'the bot is not connected to Discord', {
        hint: 'it comes back by itself; see egw discord status',
      });
    return await this.#thread.ask(request, msMax);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const thread = this.#thread;
    this.#thread = undefined;
    if (thread === undefined) return;
    if (this.#state === 'ready') await thread.ask({ does: 'stop' }, 1_000).catch(() => undefined);
    await thread.end();
  }

  #begin(): void {
    const { clock, alarm, startWorker } = this.#ports;
    const thread = new BotThread(this.#options, {
      ...{ clock, alarm, ...(startWorker && { startWorker }) },
      onNews: (news) => this.#hear(thread, news),
      onEnd: (why) => this.#ended(thread, why),
    });
    this.#thread = thread;
    this.#tryingMs = this.#now().ms;
    thread.ask({ does: 'connect' }, connectMsMax).catch(async (error: unknown) => {
      if (this.#thread !== thread || this.#state === 'refused') return;
      if (kindOf(error) === 'token') await this.#refuse(tokenRefused);
      else if (kindOf(error) === 'missing') await this.#refuse(packageMissing);
      else await this.#again(describeError(error));
    });
  }

  #hear(thread: BotThread, news: Exclude<BotNews, { readonly tells: 'done' | 'failed' }>): void {
    if (this.#thread !== thread || this.#isStopped) return;
    switch (news.tells) {
      case 'ready':
        this.#name = news.name;
        this.#become('ready');
        void this.#register();
        return;
      case 'away':
        this.#flaps += 1;
        this.#trouble = unreachable(news.why);
        this.#left();
        if (this.#flaps > flapsMax) void this.#again('its connection ends again and again');
        return;
      case 'refused':
        void this.#refuse(
          news.failure.kind === 'token'
            ? tokenRefused
            : {
                message: `Discord does not let the bot in: ${news.failure.message} (${news.failure.code})`,
                hint: 'look at the bot in Discord’s developer portal, then start again',
              },
        );
        return;
      case 'guild':
        this.#isRegistered = undefined;
        this.#registerAtMs = 0;
        if (news.isThere) void this.#register();
        else this.#registerTrouble = notOnGuild(this.#options.guild);
        return;
      case 'asked':
        this.#ports.onAsked(news.asked);
    }
  }

  #ended(thread: BotThread, why: string): void {
    if (this.#thread === thread && !this.#isStopped) void this.#again(why);
  }

  async #watchReady(heldMs: number): Promise<void> {
    const thread = this.#thread;
    if (heldMs > calmMs) {
      this.#failures = 0;
      this.#flaps = 0;
    }
    const beat = await thread?.ask({ does: 'look' }, lookMsMax).catch(() => undefined);
    if (this.#thread !== thread || this.#state !== 'ready') return;
    if (!this.#isAlive(beat as BotBeat | undefined)) await this.#again('its connection is dead');
    else if (this.#isRegistered !== true) await this.#register();
  }

  #isAlive(said: BotBeat | undefined): boolean {
    const { ms } = this.#now();
    if (said?.isReady !== true) return false;
    if (said.beat !== this.#beat.beat) this.#beat = { beat: said.beat, ms };
    return ms - Math.max(this.#beat.ms, this.#since.ms) < beatMsMax;
  }

  async #register(): Promise<void> {
    const { ms } = this.#now();
    if (this.#isRegistered === true || ms < this.#registerAtMs) return;
    this.#registerAtMs = ms + registerAgainMs;
    const thread = this.#thread;
    try {
      await thread?.ask({ does: 'register' }, registerMsMax);
      if (this.#thread !== thread) return;
      this.#isRegistered = true;
      this.#registerTrouble = undefined;
      this.#ports.logger.info({ guild: this.#options.guild }, 'the bot’s commands are registered');
    } catch (error) {
      if (this.#thread === thread) await this.#notRegistered(error);
    }
  }

  async #notRegistered(error: unknown): Promise<void> {
    const kind = kindOf(error);
    if (kind === 'token') {
      await this.#refuse(tokenRefused);
      return;
    }
    this.#isRegistered = false;
    const isRefused = kind === 'forbidden' || kind === 'absent';
    this.#registerTrouble = isRefused
      ? notOnGuild(this.#options.guild)
      : {
          message: `the bot’s commands are not registered: ${describeError(error)}`,
          hint: 'it is tried again',
        };
    if (kind !== 'away') this.#registerAtMs = this.#now().ms + registerRefusedMs;
    this.#ports.logger.warn({ reason: describeError(error) }, 'the bot’s commands are not registered');
  }

  /** Throws the thread away; the next comes later each time. */
  async #again(why: string): Promise<void> {
    const thread = this.#thread;
    if (thread === undefined) return;
    this.#thread = undefined;
    this.#failures += 1;
    this.#flaps = 0;
    this.#startAtMs = this.#now().ms + this.#ports.retryMs(this.#failures);
    this.#trouble = unreachable(why);
    this.#left();
    this.#ports.logger.warn({ reason: why, failures: this.#failures }, 'the bot starts anew');
    await thread.end();
  }

  async #refuse(trouble: BotTrouble): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    this.#trouble = trouble;
    this.#become('refused');
    this.#ports.logger.error({ reason: trouble.message }, 'the bot is not let in');
    await thread?.end();
  }

  #left(): void {
    if (this.#state !== 'ready') return;
    this.#tryingMs = this.#now().ms;
    this.#become('away');
  }

  #become(state: BotState): void {
    this.#state = state;
    this.#since = this.#now();
  }

  #now(): { readonly wallMs: number; readonly ms: number } {
    const { clock } = this.#ports;
    return { wallMs: clock.wall(), ms: clock.monotonic() };
  }
}

const tokenRefused: BotTrouble = {
  message: 'Discord refuses the bot’s token: it is not tried again',
  hint: 'make a new one in Discord’s developer portal, set discord.token or TOKEN_BOT, and start again',
};

const packageMissing: BotTrouble = {
  message: 'the bot cannot run: the package discord.js is not installed',
  hint: 'install the gateway with its optional packages: npm install',
};

function notOnGuild(guild: string): BotTrouble {
  return {
    message: `the bot is not on the server (guild) ${guild}, or may not have commands there`,
    hint: 'check discord.guild, and invite the bot again with the scopes bot and applications.commands',
  };
}

function unreachable(why: string): BotTrouble {
  return { message: `the bot is not connected to Discord: ${why}`, hint: 'it is tried again by itself' };
}

function kindOf(error: unknown): unknown {
  return error instanceof GatewayError ? error.facts['kind'] : undefined;
}
