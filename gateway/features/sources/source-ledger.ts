import { describeError, errorCodeOf, GatewayError, type ErrorCode } from '../../core/errors.ts';
import type { HttpClient } from '../../core/http.ts';
import type { Logger } from '../../core/logger.ts';
import type { StampingClock } from '../../core/machine-clock.ts';
import type { StorePort } from '../store-port.ts';
import { RequestWindow, type HourCounts } from './request-window.ts';

export interface LedgerPorts {
  readonly clock: StampingClock;
  readonly logger: Logger;
  readonly store: StorePort<'getSetting' | 'putSetting'>;
}

interface Entry {
  /** Before then it must not be asked, UTC epoch ms. */
  readonly notBeforeMs: number;
  /** The same by the steady clock, and what that counts from. */
  readonly notBefore?: { readonly timeline: string; readonly steadyMs: number };
  readonly requests: HourCounts;
}

const dayMs = 24 * 3_600_000;

/** Its provider has seen nothing of such a request. */
const unreached: ReadonlySet<ErrorCode | undefined> = new Set([
  'certificate_invalid',
  'connection_refused',
  'host_forbidden',
  'host_unresolved',
]);

/**
 * What a source was asked, kept over restarts: a gateway that starts again and again must not ask more often than one
 * that runs. Without a database it is kept in memory.
 */
export class SourceLedger {
  readonly #id: string;
  readonly #ports: LedgerPorts;
  #requests = new RequestWindow();
  #saved = '';
  #notBefore: Pick<Entry, 'notBeforeMs' | 'notBefore'> = { notBeforeMs: 0 };

  constructor(id: string, ports: LedgerPorts) {
    this.#id = id;
    this.#ports = ports;
  }

  /** How long the last run wants it to be left alone, in ms. */
  async load(): Promise<number> {
    try {
      const text = await this.#ports.store.call('getSetting', this.#setting);
      if (text === undefined) return 0;
      const { requests, ...notBefore } = JSON.parse(text) as Entry;
      this.#requests = new RequestWindow(Array.isArray(requests) ? requests : []);
      this.#notBefore = notBefore;
      const waitMs = this.#restMs(notBefore);
      // A clock that was set back says nothing.
      return waitMs > 0 && waitMs <= dayMs ? waitMs : 0;
    } catch (error) {
      this.#warn(error);
      return 0;
    }
  }

  requestsToday(): number {
    return this.#requests.count(this.#ports.clock.wall());
  }

  /** @param waitMs for so long it is not asked again */
  async waitFor(waitMs: number): Promise<void> {
    const { clock } = this.#ports;
    this.#notBefore = {
      notBeforeMs: Math.ceil(clock.wall() + waitMs),
      notBefore: { timeline: clock.timeline, steadyMs: Math.ceil(clock.steady() + waitMs) },
    };
    await this.#save();
  }

  /**
   * Counts each request before it is made. Errors besides the client's: `rate_limited` when so many were made in 24
   * hours, with `facts.requestsPerDay`.
   */
  counting(http: HttpClient, requestsMax: number): HttpClient {
    return {
      request: async (request, signal) => {
        const nowMs = this.#ports.clock.wall();
        const waitMs = this.#requests.waitMs(nowMs, requestsMax);
        if (waitMs > 0) throw usedUp(this.#id, requestsMax, waitMs);
        this.#requests.add(nowMs);
        await this.#save();
        try {
          return await http.request(request, signal);
        } catch (error) {
          if (unreached.has(errorCodeOf(error))) this.#requests.remove(nowMs);
          throw error;
        }
      },
    };
  }

  get #setting(): string {
    return `source.${this.#id}`;
  }

  /** A machine that has not started anew knows it exactly, whatever its wall clock was set to meanwhile. */
  #restMs({ notBeforeMs, notBefore }: Pick<Entry, 'notBeforeMs' | 'notBefore'>): number {
    const { clock } = this.#ports;
    return notBefore?.timeline === clock.timeline
      ? notBefore.steadyMs - clock.steady()
      : notBeforeMs - clock.wall();
  }

  async #save(): Promise<void> {
    const entry: Entry = { ...this.#notBefore, requests: this.#requests.counts() };
    const text = JSON.stringify(entry);
    if (text === this.#saved) return;
    try {
      await this.#ports.store.call('putSetting', this.#setting, text);
      this.#saved = text;
    } catch (error) {
      if (errorCodeOf(error) === undefined) throw error;
      this.#warn(error);
    }
  }

  #warn(error: unknown): void {
    const facts = { source: this.#id, code: errorCodeOf(error) ?? 'unexpected' };
    this.#ports.logger.warn(facts, `what ${this.#id} was asked is not kept: ${describeError(error)}`);
  }
}

function usedUp(id: string, requestsMax: number, waitMs: number): GatewayError {
  return new GatewayError('rate_limited', `${id} has made its ${requestsMax} requests of 24 hours`, {
    hint: 'it goes on by itself; a longer period needs fewer requests',
    facts: { retryAfterMs: waitMs, requestsPerDay: requestsMax },
  });
}
