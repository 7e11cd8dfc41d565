import type { Worker } from 'node:worker_threads';
import type { Test } from 'tap';
import { createDispatcher, type DispatcherParts } from '../../../gateway/faces/commands/dispatcher.ts';
import { AskedAnswers, type AnswerSettings } from '../../../gateway/faces/discord/answer-asked.ts';
import { Bot } from '../../../gateway/faces/discord/bot.ts';
import { startBotWorker } from '../../../gateway/faces/discord/bot-thread.ts';
import { slashCommands } from '../../../gateway/faces/discord/slash-commands.ts';
import type { BoundCommand } from '../../../gateway/features/command.ts';
import { createRealAlarm } from '../../../gateway/system/real-alarm.ts';
import { realClock } from '../../../gateway/system/real-clock.ts';
import type { DiscordAnswer } from '../../../modbus-sim/services/discord-rest.ts';
import { DiscordServer, type GivenCommand } from '../../../modbus-sim/services/discord-server.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';

const guild = '114000000000000000';
const botToken = 'MTE1.Gx0.a-token-of-the-bot';
/** Ids of Discord: decimal, 18 digits. */
export const people = {
  first: '800000000000000001',
  ana: '800000000000000002',
  bob: '800000000000000003',
  stranger: '800000000000000009',
} as const;

export interface SceneSettings extends Partial<AnswerSettings> {
  /** Another one than Discord’s. */
  readonly token?: string;
  /** How Discord is before the bot comes. */
  readonly prepare?: (server: DiscordServer) => void;
}

const pollMs = 5;
const waitMsMax = 20_000;

/** Waits until it is so; the test fails when it never is. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const endMs = realClock.monotonic() + waitMsMax;
  while (!isSo()) {
    if (realClock.monotonic() > endMs) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** discord.js in its thread, against Discord's gateway and REST on a real port. */
export class BotScene {
  readonly server: DiscordServer;
  readonly bot: Bot;
  readonly answers: AskedAnswers;
  /** Of the newest thread. */
  worker: Worker | undefined;
  /** Who did what, and what became of it, as the audit log has it. */
  readonly audited: string[] = [];
  readonly #watching: NodeJS.Timeout;

  private constructor(
    server: DiscordServer,
    commands: () => readonly BoundCommand[],
    { token = botToken, language = 'fr', firstAdmin = people.first }: SceneSettings,
  ) {
    this.server = server;
    const alarm = createRealAlarm(realClock);
    const options = { token, guild, apiUrl: server.apiUrl, commands: slashCommands };
    this.bot = new Bot(options, {
      ...{ clock: realClock, alarm, logger: silentLogger, retryMs: () => 300 },
      onAsked: (asked) => this.answers.take(asked),
      startWorker: (given) => {
        this.worker = startBotWorker(given);
        return this.worker;
      },
    });
    const audit: DispatcherParts['audit'] = {
      call: async (_name, { principal, action, outcome }) => {
        this.audited.push(`${principal} ${action} ${outcome}`);
        return await Promise.resolve(undefined as never);
      },
    };
    const dispatcher = createDispatcher(commands(), {
      ...{ audit, clock: realClock, logger: silentLogger, checkOutput: true },
    });
    this.answers = new AskedAnswers(
      { guild, firstAdmin, language },
      {
        ...{ clock: realClock, logger: silentLogger, dispatcher: () => dispatcher },
        ask: async (request, msMax) => await this.bot.ask(request, msMax),
      },
    );
    this.#watching = setInterval(() => void this.bot.watch(), 50);
  }

  static async open(
    t: Test,
    commands: () => readonly BoundCommand[] = () => [],
    settings: SceneSettings = {},
  ): Promise<BotScene> {
    const server = await DiscordServer.start({
      ...{ token: botToken, guild, heartbeatMs: 400, nowMs: () => realClock.wall() },
    });
    for (const id of Object.values(people)) server.rest.members.add(id);
    settings.prepare?.(server);
    const scene = new BotScene(server, commands, settings);
    t.teardown(async () => {
      clearInterval(scene.#watching);
      await scene.answers.stop();
      await scene.bot.stop();
      await server.close();
    });
    return scene;
  }

  async ready(): Promise<void> {
    await until('the bot is ready', () => this.bot.state === 'ready' && this.bot.isRegistered === true);
  }

  /** Somebody gives a command; its answer. */
  async ask(given: GivenCommand): Promise<DiscordAnswer> {
    return await this.answerTo(this.server.give(given));
  }

  async answerTo(id: string): Promise<DiscordAnswer> {
    await until('it is answered', () => this.server.answerTo(id)?.content !== undefined);
    const answer = this.server.answerTo(id);
    if (answer === undefined) throw new Error('there is no such interaction');
    return answer;
  }
}
