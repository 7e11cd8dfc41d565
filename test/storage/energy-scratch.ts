import type { CounterRules } from '../../gateway/core/counter.ts';
import type { SeriesId } from '../../gateway/core/reading.ts';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import type { EnergyPage } from '../../gateway/storage/store-calls.ts';
import type { NaiveSlot } from './naive-energy.ts';

/** A register of 16 bits in tenths of a kWh. */
export const rules: CounterRules = { modulus: 6_553.6, resolution: 0.1, perHourMax: 100 };

/** A counter (1) and a power (2) of one meter. */
export function internEnergy(service: DatabaseService): void {
  const [counter = 0] = service.internSeries([
    { device: 'meter', quantity: 'grid_import_kwh' },
    { device: 'meter', quantity: 'grid_power_w' },
  ]);
  service.declareCounters([{ series: counter, rules }]);
}

export function countAll(service: DatabaseService, nowMs: number): void {
  while (service.countEnergy(nowMs).remaining);
}

/** All pages of the slots of one series, by start; those that tell nothing are left out. */
export function energyOf(
  service: DatabaseService,
  series: SeriesId,
  range: { readonly fromMs: number; readonly toMs: number } = { fromMs: 0, toMs: Date.UTC(2100, 0, 1) },
): Map<number, NaiveSlot> {
  const slots = new Map<number, NaiveSlot>();
  let fromMs: number | undefined = range.fromMs;
  while (fromMs !== undefined) {
    const page = service.energyRange({ series: [series], fromMs, toMs: range.toMs });
    for (const [index, startMs] of page.startMs.entries()) {
      if (slots.has(startMs)) throw new Error(`the slot ${startMs} came twice`);
      const slot = slotAt(page, index);
      if (slot.coveredMs > 0 || slot.mwh > 0 || slot.restarts > 0) slots.set(startMs, slot);
    }
    fromMs = page.nextFromMs;
  }
  return slots;
}

function slotAt(page: EnergyPage, index: number): NaiveSlot {
  return {
    mwh: page.mwh[index] ?? NaN,
    negativeMwh: page.negativeMwh[index] ?? NaN,
    estimatedMwh: page.estimatedMwh[index] ?? NaN,
    coveredMs: page.coveredMs[index] ?? NaN,
    restarts: page.restarts[index] ?? NaN,
  };
}
