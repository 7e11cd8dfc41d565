import type { Clock } from '../../../core/clock.ts';
import type { LiveFeed, LiveValue } from '../../../core/live-feed.ts';
import type { UpsWord } from './ups-rule.ts';

/** All that is heard of a UPS. */
export interface SeenUps extends UpsWord {
  readonly chargePercent: number | undefined;
  /** UTC epoch ms. */
  readonly atMs: number;
}

/** Quantities of the source kind nut. */
const quantities = ['ups_on_battery', 'ups_low_battery', 'ups_runtime_s', 'ups_charge_percent'] as const;

type UpsQuantity = (typeof quantities)[number];

/** Follows what a UPS says, from the start of this process on: what an earlier one heard says nothing of now. */
export class UpsSight {
  readonly #values = new Map<UpsQuantity, number>();
  #heard: { readonly steadyMs: number; readonly atMs: number } | undefined;

  /** @param source id of the source */
  constructor(source: string, { clock, feed }: { readonly clock: Clock; readonly feed: LiveFeed }) {
    feed.subscribe((event) => {
      if (event.type !== 'readings') return;
      for (const value of event.values) if (value.device === source) this.#hear(value, clock.monotonic());
    });
  }

  /** The last word; undefined before the first. */
  last(): SeenUps | undefined {
    const onBattery = this.#values.get('ups_on_battery');
    if (onBattery === undefined || this.#heard === undefined) return undefined;
    const low = this.#values.get('ups_low_battery');
    return {
      isOnBattery: onBattery === 1,
      isLow: low === undefined ? undefined : low === 1,
      runtimeS: this.#values.get('ups_runtime_s'),
      chargePercent: this.#values.get('ups_charge_percent'),
      heardMs: this.#heard.steadyMs,
      atMs: this.#heard.atMs,
    };
  }

  #hear({ quantity, value, quality, atMs }: LiveValue, steadyMs: number): void {
    const known = quantities.find((one) => one === quantity);
    if (known === undefined) return;
    if (quality !== 'good' || value === null) {
      if (known !== 'ups_on_battery') this.#values.delete(known);
      return;
    }
    this.#values.set(known, value);
    if (known === 'ups_on_battery') this.#heard = { steadyMs, atMs };
  }
}
