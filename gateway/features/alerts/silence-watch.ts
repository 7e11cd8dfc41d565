import type { SeenThing, SeenValue } from './watched-home.ts';

/** Of what is not read although it should be. */
const periodMsUnread = 60_000;

/**
 * For how long nothing good has come from each device and source: by the clock that is never set, from the first look
 * on. What is left of an earlier run counts as heard at that.
 */
export class SilenceWatch {
  /** When each was heard last, monotonic, by id. */
  #heard = new Map<string, number>();
  /** When each series said its latest good value, by device and quantity; it stays while others follow that are not. */
  readonly #told = new Map<string, Map<string, number>>();
  readonly #haveValues = new Set<string>();

  /** To be called at each look. @param monotonicMs now */
  look(things: readonly SeenThing[], values: readonly SeenValue[], monotonicMs: number): void {
    const fresh = this.#freshOwners(values);
    this.#heard = new Map(
      things.map(({ id }) => [id, fresh.has(id) ? monotonicMs : (this.#heard.get(id) ?? monotonicMs)]),
    );
  }

  /** In ms; undefined before the first look. */
  silentMs({ id, broughtNothingMs }: SeenThing, monotonicMs: number): number | undefined {
    const heardMs = this.#heard.get(id);
    if (heardMs === undefined) return undefined;
    const withoutGoodMs = monotonicMs - heardMs;
    // Some sources tell of hours and words only.
    return broughtNothingMs === undefined || this.#haveValues.has(id)
      ? withoutGoodMs
      : Math.min(withoutGoodMs, broughtNothingMs);
  }

  /** Those of which a series has said something good since the look before. */
  #freshOwners(values: readonly SeenValue[]): ReadonlySet<string> {
    const fresh = new Set<string>();
    // Those of one device mostly come together.
    let last = '';
    let owner = '';
    let told = new Map<string, number>();
    for (const { device, quantity, quality, value, toldMs } of values) {
      if (device !== last) {
        last = device;
        owner = ownerOf(device);
        told = this.#toldOf(device);
        this.#haveValues.add(owner);
      }
      if (quality !== 'good' || value === null || told.get(quantity) === toldMs) continue;
      told.set(quantity, toldMs);
      fresh.add(owner);
    }
    return fresh;
  }

  #toldOf(device: string): Map<string, number> {
    const known = this.#told.get(device);
    if (known !== undefined) return known;
    const made = new Map<string, number>();
    this.#told.set(device, made);
    return made;
  }
}

/** When something counts as silent. */
export function silenceMsMin({ periodMs }: SeenThing, periods: number): number {
  return periods * (periodMs ?? periodMsUnread);
}

/** The device or source of a part. */
function ownerOf(device: string): string {
  const [id = device] = device.split('/');
  return id;
}
