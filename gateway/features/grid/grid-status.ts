import type { Clock } from '../../core/clock.ts';
import type { GridHour } from '../../core/grid-hour.ts';
import { signalAt, type PowerSignal, type SignalReader } from '../../core/power-signal.ts';
import { tempoDayAt } from '../../core/tempo-day.ts';
import type { GridHours } from './grid-hours.ts';
import type { GridSource } from './grid-source.ts';
import type { OwnExport } from './own-export.ts';
import type { ColourBook } from './tempo/colour-book.ts';
import { carbonOf, surplusOf } from './zone-values.ts';

const dayMs = 86_400_000;

export const gridFactNames = [
  'production',
  'consumption',
  'difference',
  'carbon',
  'price',
  'colour',
  'own_export',
] as const;

/** One thing that is known, or not, of now. */
export interface GridFact {
  readonly name: (typeof gridFactNames)[number];
  readonly value: number | null;
  readonly unit: string;
  readonly text: string | null;
  /** Of its measurement; null where it has none. */
  readonly ageMs: number | null;
  readonly isEstimated: boolean;
  /** Why it is not known; null while it is. */
  readonly unknown: string | null;
}

export interface StatusPorts {
  readonly clock: Clock;
  readonly signals: SignalReader;
  readonly hours: GridHours;
  /** That is configured. */
  readonly gridZone: string | undefined;
  readonly source: () => GridSource | undefined;
  /** undefined: nothing goes by them. */
  readonly colours: Pick<ColourBook, 'coloursOf'> | undefined;
  readonly ownExport: OwnExport | undefined;
}

/** What jobs go by now, each with its age. Of another zone than the configured one: what is stored. */
export async function gridStatus(ports: StatusPorts, zone: string | undefined): Promise<readonly GridFact[]> {
  const { clock, signals, hours, gridZone, source } = ports;
  const nowMs = clock.wall();
  const now = await signals.read({ startMs: nowMs, endMs: nowMs + 1 });
  const range = { startMs: nowMs - 7 * dayMs, endMs: nowMs + 1 };
  const found = zone === undefined ? [] : await hours.between(zone, range);
  const isOwn = zone === gridZone;
  const place = { nowMs, found, toldMs: isOwn ? source()?.readAtMs : undefined };
  const why = (signal: PowerSignal): string | undefined =>
    isOwn ? signal.unknown : `the gateway does not follow ${zone ?? ''}: what it has of before`;
  const [power, carbon] = [why(now.surplus), why(now.carbon)];
  return [
    zoneFact({ ...place, name: 'production', unit: 'MW', isOwn, why: power }, (hour) => hour.productionMw),
    zoneFact({ ...place, name: 'consumption', unit: 'MW', isOwn, why: power }, (hour) => hour.consumptionMw),
    zoneFact({ ...place, name: 'difference', unit: 'MW', isOwn, why: power }, surplusOf),
    zoneFact({ ...place, name: 'carbon', unit: 'g/kWh', isOwn, why: carbon }, carbonOf),
    priceFact(now.price, nowMs),
    colourFact(ports, now.red, nowMs),
    exportFact(ports, now.own_export, nowMs),
  ];
}

interface ZoneFact {
  readonly name: GridFact['name'];
  readonly unit: string;
  readonly nowMs: number;
  /** Of the last days, ascending. */
  readonly found: readonly GridHour[];
  /** When its source answered last. */
  readonly toldMs: number | undefined;
  /** What is not known now of another zone is shown all the same. */
  readonly isOwn: boolean;
  readonly why: string | undefined;
}

function zoneFact(
  { name, unit, nowMs, found, toldMs, isOwn, why }: ZoneFact,
  valueOf: (hour: GridHour) => number | undefined,
): GridFact {
  const hour = found.findLast((one) => valueOf(one) !== undefined);
  if (hour === undefined) return fact(name, undefined, { unit, unknown: why ?? 'it was not said' });
  const ageMs = Math.max(0, nowMs - (toldMs ?? hour.endMs));
  if (isOwn && why !== undefined) return fact(name, undefined, { unit, ageMs, unknown: why });
  return fact(name, valueOf(hour), { unit, ageMs, isEstimated: hour.isEstimated, unknown: why ?? null });
}

type Details = Pick<GridFact, 'unit' | 'unknown'> & Partial<Pick<GridFact, 'ageMs' | 'isEstimated' | 'text'>>;

function fact(name: GridFact['name'], value: number | undefined, details: Details): GridFact {
  return { name, value: value ?? null, text: null, ageMs: null, isEstimated: false, ...details };
}

function priceFact(price: PowerSignal, nowMs: number): GridFact {
  const micro = signalAt(price, nowMs)?.value;
  return fact('price', micro === undefined ? undefined : micro / 1_000_000, {
    unit: '€/kWh',
    unknown: micro === undefined ? (price.unknown ?? 'it was not said') : null,
  });
}

function colourFact({ colours }: StatusPorts, red: PowerSignal, nowMs: number): GridFact {
  if (colours === undefined)
    return fact('colour', undefined, { unit: '', unknown: 'no source of its colours (tempo) is configured' });
  const [colour, ...others] = colours.coloursOf(tempoDayAt(nowMs));
  const isKnown = colour !== undefined && others.length === 0;
  return fact('colour', undefined, {
    unit: '',
    text: isKnown ? colour : null,
    unknown: isKnown ? null : (red.unknown ?? 'the colour of the day is not known, but it is not red'),
  });
}

function exportFact({ ownExport }: StatusPorts, signal: PowerSignal, nowMs: number): GridFact {
  const { watts, atMs } = ownExport?.at(nowMs) ?? {};
  return fact('own_export', watts, {
    unit: 'W',
    ageMs: atMs === undefined ? null : Math.max(0, nowMs - atMs),
    unknown: watts === undefined ? (signal.unknown ?? 'it was not said') : null,
  });
}
