import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { monotonicMs, type Alarm, type Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import type { BotFailure, BotNews, BotOptions, BotRequest, NumberedRequest } from './bot-protocol.ts';

type Told = Exclude<BotNews, { readonly tells: 'done' | 'failed' }>;

export interface ThreadPorts {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly onNews: (news: Told) => void;
  /** It ended by itself, and why. */
  readonly onEnd: (why: string) => void;
  /** Tests start their own. */
  readonly startWorker?: (options: BotOptions) => Worker;
}

interface Pending {
  readonly settle: (outcome: { readonly result: unknown } | { readonly error: GatewayError }) => void;
}

const requestsMax = 500;

/** The extension is `.ts` when Node strips the types. It inherits no variables: discord.js heeds some of them. */
export function startBotWorker(options: BotOptions): Worker {
  const file = new URL(`./bot-worker${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(file, {
    workerData: options,
    name: 'discord',
    env: {},
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 128 },
  });
  worker.stdout.resume();
  worker.stderr.resume();
  return worker;
}

/** One life of the bot's thread. */
export class BotThread {
  readonly #worker: Worker;
  readonly #ports: ThreadPorts;
  readonly #pending = new Map<number, Pending>();
  #lastCall = 0;
  #isEnded = false;

  constructor(options: BotOptions, ports: ThreadPorts) {
    this.#ports = ports;
    this.#worker = (ports.startWorker ?? startBotWorker)(options);
    this.#worker.on('message', (news: BotNews) => this.#take(news));
    this.#worker.on('error', (error: unknown) => this.#endedBy(error));
    this.#worker.on('exit', () => this.#endedBy(undefined));
  }

  /**
   * Errors: `notifier_unavailable` (again later; with the fact `isUnclear` it may have been done all the same),
   * `notifier_refused`; both with the fact `kind`, which is a BotFailureKind.
   */
  async ask(request: BotRequest, msMax: number): Promise<unknown> {
    const isFull = this.#pending.size >= requestsMax && request.does !== 'look';
    if (this.#isEnded || isFull) throw unavailable('the bot is not running', false);
    this.#lastCall += 1;
    const call = this.#lastCall;
    const { clock, alarm } = this.#ports;
    return await new Promise((resolve, reject) => {
      const cancel = alarm.at(monotonicMs(clock.monotonic() + msMax), () => {
        if (this.#pending.delete(call)) reject(unavailable('Discord did not answer in time', true));
      });
      this.#pending.set(call, {
        settle: (outcome) => {
          cancel();
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.result);
        },
      });
      this.#worker.postMessage({ ...request, call } satisfies NumberedRequest);
    });
  }

  /** Ends it, whatever it does. Never throws. */
  async end(): Promise<void> {
    this.#isEnded = true;
    this.#failPending('the bot was stopped');
    await this.#worker.terminate();
  }

  #take(news: BotNews): void {
    if (this.#isEnded) return;
    if (news.tells !== 'done' && news.tells !== 'failed') {
      this.#ports.onNews(news);
      return;
    }
    const pending = this.#pending.get(news.call);
    this.#pending.delete(news.call);
    pending?.settle(news.tells === 'done' ? { result: news.result } : { error: errorOf(news.failure) });
  }

  #endedBy(error: unknown): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const why = error instanceof Error ? error.message : 'its thread ended';
    this.#failPending(why);
    void this.#worker.terminate();
    this.#ports.onEnd(why);
  }

  #failPending(why: string): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const one of pending) one.settle({ error: unavailable(why, true) });
  }
}

function errorOf({ kind, code, message }: BotFailure): GatewayError {
  if (kind !== 'away')
    return new GatewayError('notifier_refused', `Discord refuses: ${message}`, {
      facts: { kind, reason: code },
    });
  return unavailable(`Discord cannot be reached: ${message}`, !neverLeft.has(code));
}

/** Nothing of the request can have left. */
const neverLeft = new Set<string | number>([
  ...['notifier_unavailable', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['UND_ERR_CONNECT_TIMEOUT', 429],
]);

function unavailable(message: string, isUnclear: boolean): GatewayError {
  return new GatewayError('notifier_unavailable', message, {
    hint: 'it is tried again by itself; see egw discord status',
    facts: { kind: 'away', ...(isUnclear && { isUnclear }) },
  });
}
