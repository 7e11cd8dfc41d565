import { localIso } from '../../core/local-hour.ts';
import { eurosText } from '../../core/micro-euros.ts';
import { tariffBandAt } from '../../core/tariff-band.ts';
import { tempoDayAt, type TempoDay } from '../../core/tempo-day.ts';
import type { TempoColour } from '../../core/tempo-rules.ts';

export const costBys = ['day', 'month', 'band', 'colour', 'price'] as const;

export type CostBy = (typeof costBys)[number];

/** What days are by the tariff. */
export interface CostDays {
  /** Whether days are those of Tempo, 06:00–06:00 in France; else those of the site. */
  readonly isTempo: boolean;
  /** IANA, of the site. */
  readonly zone: string;
  /** undefined: not known. */
  readonly colourOf: (day: TempoDay) => TempoColour | undefined;
}

const unknown = 'not known';

/** The row that energy of an instant belongs to. */
export function costKey(
  by: CostBy,
  { isTempo, zone, colourOf }: CostDays,
  { atMs, price }: { readonly atMs: number; readonly price: number | undefined },
): string {
  if (by === 'price') return price === undefined ? unknown : `${eurosText(price)} €/kWh`;
  if (by === 'band') return tariffBandAt(atMs).band;
  if (by === 'colour') return colourOf(tempoDayAt(atMs)) ?? unknown;
  const day = isTempo ? tempoDayAt(atMs) : localIso(zone, atMs).slice(0, 10);
  return by === 'month' ? day.slice(0, 7) : day;
}
