import { describeError, GatewayError } from '../../core/errors.ts';
import type { SourcePorts } from './source.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The service refuses the sixth in ten minutes, for a while: we stop before. */
const loginsMax = 4;
const loginWindowMs = 10 * minuteMs;
/** More than one each life of a token, day and night. */
const loginsPerDayMax = 60;

const keptName = 'tokens';

export interface EvohomeGrant {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** UTC epoch ms. */
  readonly endMs: number;
}

interface Kept {
  readonly grant: EvohomeGrant | undefined;
  /** Logins that were tried, UTC epoch ms. */
  readonly loginsMs: readonly number[];
  /** Not asked for a token before, UTC epoch ms. */
  readonly pausedUntilMs: number;
}

const nothingKept: Kept = { grant: undefined, loginsMs: [], pausedUntilMs: 0 };

/**
 * What an account's tokens are, and how often it logged in: over restarts, because the service locks out who logs in
 * often. Times are by the wall clock; one that cannot be, because the clock was set, is not heeded.
 */
export class EvohomeKept {
  readonly #account: string;
  readonly #ports: Pick<SourcePorts, 'id' | 'clock' | 'logger' | 'secrets'>;
  #kept: Kept | undefined;

  /** @param account whose tokens they are: those of another are not used */
  constructor(account: string, ports: Pick<SourcePorts, 'id' | 'clock' | 'logger' | 'secrets'>) {
    this.#account = account;
    this.#ports = ports;
  }

  async grant(): Promise<EvohomeGrant | undefined> {
    return (await this.#load()).grant;
  }

  async keepGrant(grant: EvohomeGrant | undefined): Promise<void> {
    await this.#save({ ...(await this.#load()), grant });
  }

  /** How long no token may be asked for. */
  async pauseMs(): Promise<number> {
    return this.#waitMs((await this.#load()).pausedUntilMs, dayMs);
  }

  async pauseFor(pauseMs: number): Promise<void> {
    const pausedUntilMs = this.#ports.clock.wall() + Math.min(pauseMs, dayMs);
    await this.#save({ ...(await this.#load()), pausedUntilMs });
  }

  /** How long no login may be tried, by our own count. */
  async loginWaitMs(): Promise<number> {
    const { loginsMs } = await this.#load();
    const crowded = loginsMs.at(-loginsMax) ?? -Infinity;
    const crowdedDay = loginsMs.at(-loginsPerDayMax) ?? -Infinity;
    return Math.max(
      this.#waitMs(crowded + loginWindowMs, loginWindowMs),
      this.#waitMs(crowdedDay + dayMs, dayMs),
    );
  }

  async countLogin(): Promise<void> {
    const kept = await this.#load();
    const loginsMs = [...kept.loginsMs, this.#ports.clock.wall()].slice(-loginsPerDayMax);
    await this.#save({ ...kept, loginsMs });
  }

  /** A time further away than it can have been set to is of a clock that was wrong. */
  #waitMs(untilMs: number, waitMsMax: number): number {
    const waitMs = untilMs - this.#ports.clock.wall();
    return waitMs > 0 && waitMs <= waitMsMax ? waitMs : 0;
  }

  async #load(): Promise<Kept> {
    if (this.#kept !== undefined) return this.#kept;
    let text: string | undefined;
    try {
      text = await this.#ports.secrets.load(keptName);
    } catch (error) {
      this.#warn('cannot be read', error);
    }
    // Another call may have been faster.
    this.#kept ??= keptIn(text, this.#account);
    return this.#kept;
  }

  /** A disk that takes nothing is no reason to read nothing: the tokens serve until the next restart. */
  async #save(kept: Kept): Promise<void> {
    this.#kept = kept;
    const { grant, loginsMs, pausedUntilMs } = kept;
    const text = JSON.stringify({ account: this.#account, ...grant, loginsMs, pausedUntilMs });
    try {
      await this.#ports.secrets.save(keptName, text);
    } catch (error) {
      this.#warn('cannot be kept', error);
    }
  }

  #warn(what: string, error: unknown): void {
    if (!(error instanceof GatewayError)) throw error;
    const { id, logger } = this.#ports;
    logger.warn({ source: id, code: error.code }, `the tokens of ${id} ${what}: ${describeError(error)}`);
  }
}

function keptIn(text: string | undefined, account: string): Kept {
  const stored = parsed(text);
  if (stored['account'] !== account) return nothingKept;
  const { accessToken, refreshToken, endMs, loginsMs, pausedUntilMs } = stored;
  const isGrant =
    typeof accessToken === 'string' && typeof refreshToken === 'string' && typeof endMs === 'number';
  return {
    grant: isGrant ? { accessToken, refreshToken, endMs } : undefined,
    loginsMs: Array.isArray(loginsMs) ? loginsMs.filter((atMs) => typeof atMs === 'number') : [],
    pausedUntilMs: typeof pausedUntilMs === 'number' ? pausedUntilMs : 0,
  };
}

/** What is damaged is as good as nothing. */
function parsed(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const stored: unknown = JSON.parse(text ?? '{}');
    return typeof stored === 'object' && stored !== null ? (stored as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
