import { describeError, errorCodeOf, GatewayError, type ErrorCode } from '../../core/errors.ts';
import type { HttpAnswer, HttpClient } from '../../core/http.ts';
import type { Logger } from '../../core/logger.ts';
import type { StampingClock } from '../../core/machine-clock.ts';
import { retryAfterMs } from '../../core/retry-after.ts';
import type { StorePort } from '../store-port.ts';
import { RequestWindow, type HourCounts } from './request-window.ts';
import { restMs, waitUntil, type WaitUntil } from './wait-until.ts';

export interface LedgerPorts {
  readonly clock: StampingClock;
  readonly logger: Logger;
  readonly store: StorePort<'getSetting' | 'putSetting'>;
}

/** Before then it must not be asked. */
interface Entry extends WaitUntil {
  readonly requests: HourCounts;
  /** Nor what has asked to be left alone (Retry-After), by host and path. */
  readonly places?: Readonly<Record<string, WaitUntil>>;
}

/** More would be of a service that has a new path each time. */
const placesMax = 32;

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
  #until: WaitUntil = { notBeforeMs: 0 };
  readonly #places = new Map<string, WaitUntil>();

  constructor(id: string, ports: LedgerPorts) {
    this.#id = id;
    this.#ports = ports;
  }

  /** How long the last run wants it to be left alone, in ms. */
  async load(): Promise<number> {
    try {
      const text = await this.#ports.store.call('getSetting', this.#setting);
      if (text === undefined) return 0;
      const { requests, places = {}, ...until } = JSON.parse(text) as Entry;
      this.#requests = new RequestWindow(Array.isArray(requests) ? requests : []);
      this.#until = until;
      for (const [place, wait] of Object.entries(places)) this.#places.set(place, wait);
      return restMs(this.#ports.clock, until);
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
    this.#until = waitUntil(this.#ports.clock, waitMs);
    await this.#save();
  }

  /**
   * Asks nobody before they want to be asked again (Retry-After of 429 and 503), whoever of the source's readers
   * wants to. Errors besides the client's: `rate_limited` with `facts.retryAfterMs`.
   */
  honouring(http: HttpClient): HttpClient {
    return {
      request: async (request, signal) => {
        const { host = '', pathname = '' } = URL.parse(request.url) ?? {};
        const place = host + pathname;
        const waitMs = restMs(this.#ports.clock, this.#places.get(place) ?? { notBeforeMs: 0 });
        if (waitMs > 0) throw leftAlone(host, waitMs);
        const answer = await http.request(request, signal);
        await this.#heed(place, answer);
        return answer;
      },
    };
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

  async #heed(place: string, { status, headers }: HttpAnswer): Promise<void> {
    const { clock } = this.#ports;
    const waitMs = status === 429 || status === 503 ? retryAfterMs(headers, clock.wall()) : undefined;
    if (waitMs === undefined || waitMs === 0) return;
    for (const [known, until] of this.#places)
      if (restMs(clock, until) === 0 || this.#places.size >= placesMax) this.#places.delete(known);
    this.#places.set(place, waitUntil(clock, waitMs));
    await this.#save();
  }

  async #save(): Promise<void> {
    const places = Object.fromEntries(this.#places);
    const entry: Entry = { ...this.#until, requests: this.#requests.counts(), places };
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

function leftAlone(host: string, waitMs: number): GatewayError {
  const minutes = Math.ceil(waitMs / 60_000);
  return new GatewayError('rate_limited', `${host} wants to be left alone for ${minutes} minutes more`, {
    hint: 'nothing need be done: it is asked again then',
    facts: { retryAfterMs: waitMs },
  });
}

function usedUp(id: string, requestsMax: number, waitMs: number): GatewayError {
  return new GatewayError('rate_limited', `${id} has made its ${requestsMax} requests of 24 hours`, {
    hint: 'it goes on by itself; a longer period needs fewer requests',
    facts: { retryAfterMs: waitMs, requestsPerDay: requestsMax },
  });
}
