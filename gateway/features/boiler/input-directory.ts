import type { StoredSeries } from '../../storage/store-calls.ts';
import type { StorePort } from '../store-port.ts';
import { isMotor, type BoilerInput } from './boiler-input.ts';
import type { InputSetting } from './boiler-section.ts';

/** Where an input comes from, as it was found. */
export interface FoundInput {
  readonly input: BoilerInput;
  readonly series: StoredSeries;
  /** Whether a motor is on at a value; undefined of a temperature. */
  readonly isOn: ((value: number) => boolean) | undefined;
}

const temperatureQuantities = ['temperature_c'];
/** What says best that a motor is on comes first. */
const motorQuantities = ['motor_mv', 'relay_on', 'load_power_w', 'current_a'];
/** A plug shows a little power of nothing. */
const loadOnFromW = 5;
/** Series come into being with their first value, and a better one may come when all are found. */
const lookPeriodMs = 30_000;

/** Finds the series of the inputs. They are looked for until they are there, and now and then for better ones. */
export class InputDirectory {
  readonly #settings: ReadonlyMap<BoilerInput, InputSetting>;
  readonly #store: StorePort<'listSeries'>;
  #found: readonly FoundInput[] = [];
  #lookedMs = -Infinity;

  constructor(settings: ReadonlyMap<BoilerInput, InputSetting>, store: StorePort<'listSeries'>) {
    this.#settings = settings;
    this.#store = store;
  }

  /** As they were found last. */
  get found(): readonly FoundInput[] {
    return this.#found;
  }

  /** @param nowMs on the monotonic clock. Errors: those of the store. */
  async look(nowMs: number): Promise<readonly FoundInput[]> {
    const isComplete = this.#found.length === this.#settings.size;
    if (isComplete && nowMs - this.#lookedMs < lookPeriodMs) return this.#found;
    this.#found = findInputs(this.#settings, await this.#store.call('listSeries'));
    this.#lookedMs = nowMs;
    return this.#found;
  }
}

/** A written quantity goes before one that is guessed. */
export function findInputs(
  settings: ReadonlyMap<BoilerInput, InputSetting>,
  known: readonly StoredSeries[],
): readonly FoundInput[] {
  const found: FoundInput[] = [];
  for (const [input, { series: text, onFrom }] of settings) {
    const series = findSeries(text, isMotor(input) ? motorQuantities : temperatureQuantities, known);
    if (series === undefined) continue;
    found.push({ input, series, isOn: isMotor(input) ? onTest(series.quantity, onFrom) : undefined });
  }
  return found;
}

function findSeries(
  text: string,
  quantities: readonly string[],
  known: readonly StoredSeries[],
): StoredSeries | undefined {
  const of = (device: string, quantity: string): StoredSeries | undefined =>
    known.find((series) => series.device === device && series.quantity === quantity);
  const cut = text.lastIndexOf('/');
  const named = cut < 0 ? undefined : of(text.slice(0, cut), text.slice(cut + 1));
  if (named !== undefined) return named;
  for (const quantity of quantities) {
    const series = of(text, quantity);
    if (series !== undefined) return series;
  }
  return undefined;
}

function onTest(quantity: string, onFrom: number | undefined): (value: number) => boolean {
  const from = onFrom ?? (quantity === 'load_power_w' ? loadOnFromW : undefined);
  return from === undefined ? (value) => value > 0 : (value) => value >= from;
}
