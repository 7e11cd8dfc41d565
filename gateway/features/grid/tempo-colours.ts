import type { Clock } from '../../core/clock.ts';
import type { LiveValue } from '../../core/live-feed.ts';
import { addDays, tempoDayAt, type TempoDay } from '../../core/tempo-day.ts';
import { possibleColours, tempoColourCode, tempoColours, type TempoColour } from '../../core/tempo-rules.ts';
import type { StorePort } from '../store-port.ts';

const dayMs = 86_400_000;
/** All of the season, and last year's of the same time. */
const rememberedMs = 400 * dayMs;
const rowsMax = 2_000;
const quantities = { today: 'tempo_today_colour', tomorrow: 'tempo_tomorrow_colour' } as const;

interface ColourPorts {
  readonly clock: Clock;
  readonly store: StorePort<'listSeries' | 'rollupRange'>;
  /** What is known now of the source. */
  latest(): readonly LiveValue[];
}

/** The colours of days, as the source tempo has said them; a day's colour does not age. */
export class TempoColours {
  readonly #ports: ColourPorts;
  readonly #device: string;
  readonly #known = new Map<TempoDay, TempoColour>();

  /** @param device the source */
  constructor(device: string, ports: ColourPorts) {
    this.#device = device;
    this.#ports = ports;
  }

  /** The days before, as they were stored. Errors: those of the store. */
  async restore(): Promise<void> {
    const { clock, store } = this.#ports;
    const series = (await store.call('listSeries')).find(
      ({ device, quantity }) => device === this.#device && quantity === quantities.today,
    );
    if (series === undefined) return;
    const toMs = clock.wall();
    let fromMs: number | undefined = toMs - rememberedMs;
    while (fromMs !== undefined) {
      const query = { series: series.id, fromMs, toMs, rowsMax };
      const page: Awaited<ReturnType<typeof store.call<'rollupRange'>>> = await store.call(
        'rollupRange',
        query,
        '1h',
      );
      for (const { startMs, last } of page.rows) this.#learn(tempoDayAt(startMs), last);
      fromMs = page.nextFromMs;
    }
  }

  /** Takes what the source says now; true when that is news. */
  refresh(): boolean {
    const fresh = this.#ports
      .latest()
      .filter(({ device, quality }) => device === this.#device && quality === 'good')
      .map(({ quantity, atMs, value }) => {
        const today = tempoDayAt(atMs);
        if (quantity === quantities.today) return this.#learn(today, value);
        return quantity === quantities.tomorrow && this.#learn(addDays(today, 1), value);
      });
    return fresh.includes(true);
  }

  /** Colours that the day can have, by what is known and by the rules of the tariff: one where it is known. */
  coloursOf(day: TempoDay): readonly TempoColour[] {
    const known = this.#known.get(day);
    return known === undefined ? possibleColours(day, this.#known) : [known];
  }

  #learn(day: TempoDay, value: number | null): boolean {
    const colour = tempoColours.find((one) => tempoColourCode(one) === value);
    if (colour === undefined || this.#known.get(day) === colour) return false;
    this.#known.set(day, colour);
    return true;
  }
}
