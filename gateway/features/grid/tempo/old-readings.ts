import { tempoDayAt, type TempoDay } from '../../../core/tempo-day.ts';
import { tempoColourCode, tempoColours } from '../../../core/tempo-rules.ts';
import type { SaidTempoDay } from '../../../core/tempo-said-day.ts';
import type { StorePort } from '../../store-port.ts';
import { byReadings } from './hear-day.ts';

const rowsMax = 2_000;
const quantity = 'tempo_today_colour';

/**
 * The colours of days that readings of a source tempo have told, from when colours were not kept by themselves.
 * Errors: those of the store.
 */
export async function readOldColours(
  device: string,
  store: StorePort<'listSeries' | 'rollupRange'>,
  range: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly SaidTempoDay[]> {
  const all = await store.call('listSeries');
  const series = all.find((one) => one.device === device && one.quantity === quantity);
  if (series === undefined) return [];
  const days = new Map<TempoDay, SaidTempoDay>();
  let fromMs: number | undefined = range.fromMs;
  while (fromMs !== undefined) {
    const query = { series: series.id, fromMs, toMs: range.toMs, rowsMax };
    const page: Awaited<ReturnType<typeof store.call<'rollupRange'>>> = await store.call(
      'rollupRange',
      query,
      '1h',
    );
    for (const { startMs, last } of page.rows) {
      const colour = tempoColours.find((one) => tempoColourCode(one) === last);
      const day = tempoDayAt(startMs);
      if (colour !== undefined)
        days.set(day, { day, colour, provider: byReadings, state: 'final', heardMs: startMs });
    }
    fromMs = page.nextFromMs;
  }
  return [...days.values()];
}
