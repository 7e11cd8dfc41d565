import assert from 'node:assert';
import { monotonicMs, type Alarm, type Cancel, type Clock } from '../../core/clock.ts';
import { describeError, GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Logger } from '../../core/logger.ts';
import { ssidText } from '../../core/ssid-text.ts';
import type {
  JoiningEnd,
  JoiningFailure,
  JoiningStep,
  WirelessNetwork,
  WirelessNetworks,
  WirelessWish,
} from '../../core/wireless.ts';
import { wordsOfFailure, wordsOfJoined } from './joining-words.ts';
import { isSameWish, wishOf, type TypedWish } from './wireless-wish.ts';

/** How the joining of a network stands, as everybody is told it. */
export interface Joining {
  /** From 1 after each start of the gateway. */
  readonly attempt: number;
  readonly ssid: string;
  readonly stage: JoiningStep | 'joined' | 'failed';
  /** Of the stage `failed`. */
  readonly failure: JoiningFailure | null;
  /** Of `failed`; and of `joined` where a person still has something to do. */
  readonly message: string | null;
  readonly hint: string | null;
  /** Of `failed`: the network that was joined again. */
  readonly rolledBackTo: string | null;
}

export interface JoiningPorts {
  readonly wireless: WirelessNetworks;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly logger: Logger;
}

interface Attempt {
  readonly wish: WirelessWish;
  readonly ended: Promise<void>;
  readonly controller: AbortController;
}

/** The steps in their order: what is told late does not lead back, nor out of an end. */
const stages: readonly Joining['stage'][] = [
  'associating',
  'authenticating',
  'address',
  'checking',
  'joined',
  'failed',
];

/**
 * Joins wireless networks, one at a time, for whoever asks: over Bluetooth, the network, or the command line. An
 * attempt goes on when the one who asked for it is gone, and its end is told to whoever asks later.
 */
export class JoiningDesk {
  readonly #ports: JoiningPorts;
  readonly #listeners = new Set<(joining: Joining) => void>();
  #last: Joining | undefined;
  #running: Attempt | undefined;
  #seen: readonly WirelessNetwork[] = [];
  #isClosed = false;

  constructor(ports: JoiningPorts) {
    this.#ports = ports;
  }

  /** The attempt of now, or the last one; undefined before the first. */
  get last(): Joining | undefined {
    return this.#last;
  }

  /** Whether a network is being joined, or the one of before is being joined again. */
  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  /** Called at each change, in order, until it is cancelled. */
  onChange(listener: (joining: Joining) => void): Cancel {
    const own = (joining: Joining): void => listener(joining);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Strongest first; what was seen is remembered, so that names that are no text can be asked for. */
  async scan(signal: AbortSignal): Promise<readonly WirelessNetwork[]> {
    this.#seen = await this.#ports.wireless.scan(signal);
    return this.#seen;
  }

  /**
   * Begins, and answers at once. The same wish again while it is under way is the same attempt: somebody whose link
   * broke asks again. Errors: `input_invalid`, `wifi_busy` (another network is being joined), `stopping`.
   */
  begin(typed: TypedWish): Joining {
    if (this.#isClosed) throw new GatewayError('stopping', 'the gateway is stopping');
    const wish = wishOf(typed, this.#seen);
    if (this.#running !== undefined) return this.#joinRunning(this.#running, wish);
    const controller = new AbortController();
    const { promise: ended, resolve } = Promise.withResolvers<undefined>();
    this.#running = { wish, controller, ended };
    const begun: Joining = {
      attempt: (this.#last?.attempt ?? 0) + 1,
      ssid: ssidText(wish.ssidBytes),
      stage: 'associating',
      ...{ failure: null, message: null, hint: null, rolledBackTo: null },
    };
    this.#tell(begun);
    void this.#run(begun, wish, controller).finally(() => resolve(undefined));
    return begun;
  }

  /** How the attempt stands when it has ended, or after so long. Errors: the signal's reason. */
  async waitForEnd(forMs: number, signal: AbortSignal): Promise<Joining | undefined> {
    const running = this.#running;
    if (running === undefined) return this.#last;
    signal.throwIfAborted();
    const { promise: over, resolve, reject } = Promise.withResolvers<undefined>();
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    const cancel = this.#after(forMs, () => resolve(undefined));
    try {
      await Promise.race([running.ended, over]);
    } finally {
      cancel();
      signal.removeEventListener('abort', abort);
    }
    return this.#last;
  }

  /** Errors: `wifi_busy`. */
  refuseWhileBusy(): void {
    if (this.#running !== undefined) throw busy(this.#last);
  }

  /** Ends the attempt, and waits until the network of before is joined again, but not long. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const running = this.#running;
    this.#listeners.clear();
    if (running === undefined) return;
    running.controller.abort(new GatewayError('stopping', 'the gateway is stopping'));
    const { promise: over, resolve } = Promise.withResolvers<undefined>();
    const cancel = this.#after(closeMsMax, () => resolve(undefined));
    await Promise.race([running.ended, over]);
    cancel();
  }

  #joinRunning(running: Attempt, wish: WirelessWish): Joining {
    assert(this.#last !== undefined, 'an attempt runs that nobody was told of');
    if (isSameWish(running.wish, wish)) return this.#last;
    throw busy(this.#last);
  }

  async #run(begun: Joining, wish: WirelessWish, controller: AbortController): Promise<void> {
    const { wireless, logger } = this.#ports;
    const cancel = this.#after(limits.wirelessJoinMsMax, () =>
      controller.abort(new GatewayError('wifi_timeout', 'the network was not joined in time')),
    );
    const told = (stage: JoiningStep): void => {
      const { attempt, stage: now } = this.#last ?? begun;
      if (attempt === begun.attempt && isAfter(stage, now)) this.#tell({ ...begun, stage });
    };
    const ended = await wireless
      .join(wish, told, controller.signal)
      .then((end) => (end.ok ? joined(begun, end) : failed(begun, end)))
      .catch((error: unknown) => refused(begun, error, logger));
    cancel();
    const { attempt, stage, failure, message } = ended;
    logger.info({ attempt, stage, failure }, message ?? `the wireless network ${begun.ssid} is joined`);
    // Whoever is told may ask for the next one at once.
    this.#running = undefined;
    this.#tell(ended);
  }

  #tell(joining: Joining): void {
    this.#last = joining;
    for (const listener of [...this.#listeners]) listener(joining);
  }

  #after(ms: number, callback: () => void): Cancel {
    const { clock, alarm } = this.#ports;
    return alarm.at(monotonicMs(clock.monotonic() + ms), callback);
  }
}

function isAfter(stage: Joining['stage'], now: Joining['stage']): boolean {
  return stages.indexOf(stage) > stages.indexOf(now);
}

function busy(last: Joining | undefined): GatewayError {
  return new GatewayError('wifi_busy', `${JSON.stringify(last?.ssid)} is being joined`, {
    hint: 'wait until that has ended: a minute and a half at most',
    ...(last !== undefined && { facts: { attempt: last.attempt } }),
  });
}

/** The network manager goes back by itself where the gateway cannot wait for it. */
const closeMsMax = 1_500;

function joined(begun: Joining, end: Extract<JoiningEnd, { ok: true }>): Joining {
  const words = wordsOfJoined(begun.ssid, end);
  return { ...begun, stage: 'joined', message: words?.message ?? null, hint: words?.hint ?? null };
}

function failed(begun: Joining, end: Extract<JoiningEnd, { ok: false }>): Joining {
  const { failure, rolledBackTo } = end;
  return { ...begun, stage: 'failed', failure, rolledBackTo, ...wordsOfFailure(begun.ssid, end) };
}

/** What refuses every attempt (no adapter, no leave) says itself what to do. */
function refused(begun: Joining, error: unknown, logger: Logger): Joining {
  if (!(error instanceof GatewayError))
    logger.error({ reason: describeError(error) }, 'joining a wireless network went wrong');
  const known = error instanceof GatewayError ? error : undefined;
  const message = known?.message ?? 'something went wrong inside the gateway';
  const hint = known?.hint ?? "the gateway's log says what";
  return { ...begun, stage: 'failed', failure: 'wifi_failed', message, hint };
}
