import type { BoilerClient } from './boiler-client.ts';
import { mergedMinutes, minuteOf, type BoilerMinute } from './boiler-minute.ts';
import type { BoilerEvent } from './boiler-types.ts';
import type { Span } from './chart-ranges.ts';

const minuteMs = 60_000;
/** Minutes that may still change: what is stored comes a little later than it was measured. */
const unsettledMs = 10 * minuteMs;
/** What was imported or placed later is seen then. */
const wholeEveryMs = 30 * minuteMs;

/**
 * The minutes and events of what is looked at. A span that moves on with the time is asked for whole now and then, and
 * between only its end, so that a screen on the wall neither asks for much nor keeps more than it shows.
 */
export class BoilerHistory {
  readonly #client: Pick<BoilerClient, 'minutes' | 'events'>;
  minutes: readonly BoilerMinute[] = [];
  events: readonly BoilerEvent[] = [];
  span: Span | undefined;
  #key = '';
  #wholeMs = -Infinity;
  #asked = 0;

  constructor(client: Pick<BoilerClient, 'minutes' | 'events'>) {
    this.#client = client;
  }

  /**
   * `key` names what is looked at: of another nothing is kept. Answers whether it is what was asked for last: an answer
   * that comes after another question changes nothing.
   */
  async load(key: string, span: Span, nowMs: number): Promise<boolean> {
    this.#asked += 1;
    const asked = this.#asked;
    const isWhole = key !== this.#key || Math.abs(nowMs - this.#wholeMs) >= wholeEveryMs;
    const known = isWhole ? [] : this.minutes;
    const knownToMs = known.at(-1)?.endMs ?? span.fromMs;
    const fromMs = Math.min(span.toMs, Math.max(span.fromMs, knownToMs - unsettledMs));
    const [fresh, events] = await Promise.all([
      this.#client.minutes({ fromMs, toMs: span.toMs }),
      this.#client.events(span),
    ]);
    if (asked !== this.#asked) return false;
    this.minutes = mergedMinutes(known, fresh.map(minuteOf), fromMs, span);
    this.events = events;
    this.span = span;
    this.#key = key;
    if (isWhole) this.#wholeMs = nowMs;
    return true;
  }
}
