import { isMotor, isNeeded, neededInputs, type BoilerInput } from './boiler-input.ts';
import { minuteMs, type BoilerMinute } from './boiler-minute.ts';

/** What can be said of the inputs in a minute: true, false, or that nothing can be said. */
export interface Sight {
  /** Needed inputs of which nothing good came for so long that somebody must look. */
  readonly silent: readonly BoilerInput[];
  readonly isSilent: boolean | undefined;
  /** Each of the others, while the needed ones are seen. */
  readonly others: ReadonlyMap<BoilerInput, boolean | undefined>;
  /** Whether the water is said to be the same for hours, which no water is. */
  readonly isStuck: boolean | undefined;
}

/** So many periods without a good sample, and a whole minute at least. */
const silentPeriods = 3;
const stuckMs = 120 * minuteMs;
const stuckMinutesMin = 100;
const flueStepC = 5;

/** So far back minutes matter to what is seen. */
export const sightMs = stuckMs;

/** What can be seen of the boiler, minute by minute in the order of time. */
export class BoilerSight {
  readonly #inputs: ReadonlyMap<BoilerInput, number>;
  /** End of the last minute with a good sample. */
  readonly #seenMs = new Map<BoilerInput, number>();
  #window: BoilerMinute[] = [];

  /** @param inputs with their periods, in ms */
  constructor(inputs: ReadonlyMap<BoilerInput, number>) {
    this.#inputs = inputs;
  }

  /** Begins anew, after minutes that were judged before. */
  begin(minutes: readonly BoilerMinute[]): void {
    this.#seenMs.clear();
    this.#window = [];
    this.remember(minutes);
  }

  /** Minutes that nobody need judge. */
  remember(minutes: readonly BoilerMinute[]): void {
    for (const minute of minutes) this.#add(minute);
  }

  /**
   * @param minute undefined: nothing came in it
   * @param awakeMs since when we look: what did not come before that says nothing
   */
  look(startMs: number, minute: BoilerMinute | undefined, awakeMs: number): Sight {
    if (minute !== undefined) this.#add(minute);
    const endMs = startMs + minuteMs;
    while ((this.#window[0]?.startMs ?? endMs) < endMs - stuckMs) this.#window.shift();
    const needed = neededInputs
      .filter((input) => this.#inputs.has(input))
      .map((input): [BoilerInput, boolean | undefined] => [input, this.#silence(input, endMs, awakeMs)]);
    const silent = needed.filter(([, isSilent]) => isSilent === true).map(([input]) => input);
    const isSeen = needed.every(([, isSilent]) => isSilent === false);
    const others = [...this.#inputs.keys()].filter((input) => !isNeeded(input));
    return {
      silent,
      isSilent: silent.length > 0 ? true : isSeen ? false : undefined,
      others: new Map(
        others.map((input) => [input, isSeen ? this.#silence(input, endMs, awakeMs) : undefined]),
      ),
      isStuck: this.#stuck(minute),
    };
  }

  /** When an input was seen last, at the end of its minute; undefined: not for hours. */
  seenMs(input: BoilerInput): number | undefined {
    return this.#seenMs.get(input);
  }

  /** Those that come again, because they could not be told, are there already. */
  #add(minute: BoilerMinute): void {
    if (minute.startMs <= (this.#window.at(-1)?.startMs ?? -Infinity)) return;
    for (const [input, { n }] of minute.inputs) if (n > 0) this.#seenMs.set(input, minute.startMs + minuteMs);
    this.#window.push(minute);
  }

  #silence(input: BoilerInput, endMs: number, awakeMs: number): boolean | undefined {
    const seenMs = this.#seenMs.get(input) ?? -Infinity;
    if (seenMs >= endMs) return false;
    const limitMs = Math.max(minuteMs, silentPeriods * (this.#inputs.get(input) ?? 0));
    return endMs - Math.max(seenMs, awakeMs) >= limitMs ? true : undefined;
  }

  #stuck(minute: BoilerMinute | undefined): boolean | undefined {
    const now = minute?.inputs.get('water');
    if (now === undefined || now.n === 0) return undefined;
    const waters = this.#window
      .map(({ inputs }) => inputs.get('water'))
      .filter((water) => (water?.n ?? 0) > 0);
    if (waters.some((water) => water?.min !== now.max || water.max !== now.max)) return false;
    if (waters.length < stuckMinutesMin) return undefined;
    return this.#isAlive() ? true : undefined;
  }

  /** Whether anything has happened that changes water. */
  #isAlive(): boolean {
    let [lowC, highC] = [Infinity, -Infinity];
    for (const { inputs } of this.#window) {
      for (const [input, { isOn }] of inputs) if (isMotor(input) && isOn === true) return true;
      const flueC = inputs.get('flue')?.mean ?? undefined;
      if (flueC === undefined) continue;
      lowC = Math.min(lowC, flueC);
      highC = Math.max(highC, flueC);
    }
    return highC - lowC >= flueStepC;
  }
}
