import type { SeenThing, SeenValue } from './watched-home.ts';

/** Of what is not read although it should be. */
const periodMsUnread = 60_000;

interface Heard {
  /** Of its newest good value; -Infinity when it has none. */
  readonly toldMs: number;
  /** Monotonic, when that came. */
  readonly atMs: number;
}

/**
 * For how long nothing good has come from each device and source: by the clock that is never set, from the first look
 * on. What is left of an earlier run counts as heard at that.
 */
export class SilenceWatch {
  #heard = new Map<string, Heard>();

  /** To be called at each look. @param monotonicMs now */
  look(things: readonly SeenThing[], values: readonly SeenValue[], monotonicMs: number): void {
    const newest = newestGood(values);
    const heard = new Map<string, Heard>();
    for (const { id } of things) {
      const toldMs = newest.get(id) ?? -Infinity;
      const before = this.#heard.get(id);
      const isSame = before !== undefined && before.toldMs === toldMs;
      heard.set(id, isSame ? before : { toldMs, atMs: monotonicMs });
    }
    this.#heard = heard;
  }

  /** In ms; undefined before the first look. */
  silentMs({ id, broughtNothingMs }: SeenThing, monotonicMs: number): number | undefined {
    const heard = this.#heard.get(id);
    if (heard === undefined) return undefined;
    const withoutGoodMs = monotonicMs - heard.atMs;
    // Some sources tell of hours and words only, and have no values.
    return heard.toldMs === -Infinity && broughtNothingMs !== undefined
      ? Math.min(withoutGoodMs, broughtNothingMs)
      : withoutGoodMs;
  }
}

/** When something counts as silent. */
export function silenceMsMin({ periodMs }: SeenThing, periods: number): number {
  return periods * (periodMs ?? periodMsUnread);
}

/** By device or source. */
function newestGood(values: readonly SeenValue[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const { device, quality, value, toldMs } of values) {
    if (value === null || quality !== 'good') continue;
    const [id = device] = device.split('/');
    newest.set(id, Math.max(toldMs, newest.get(id) ?? -Infinity));
  }
  return newest;
}
