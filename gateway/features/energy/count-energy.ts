import type { Clock } from '../../core/clock.ts';
import type { CounterRules } from '../../core/counter.ts';
import { energyMeans } from '../../core/energy-flow.ts';
import type { SeriesId } from '../../core/reading.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { CounterDeclaration } from '../../storage/store-calls.ts';
import type { StorePort } from '../store-port.ts';

export interface CountEnergyPorts {
  readonly clock: Clock;
  readonly store: StorePort<'listSeries' | 'declareCounters' | 'countEnergy'>;
  /** How a device's counter behaves; undefined while that is not known. */
  rulesOf(device: string, quantity: string): CounterRules | undefined;
}

/**
 * Counts the quarter-hours that have ended. Before that the database is told how the counters behave, once each: the
 * first reading of a counter is always younger than the end of its slot.
 */
export function countEnergy(ports: CountEnergyPorts): TaskDefinition {
  const declared = new Map<SeriesId, string>();
  return {
    name: 'count:energy',
    group: 'storage-care',
    priority: 'store',
    periodMs: 60_000,
    offsetMs: 18_000,
    deadlineMs: 60_000,
    run: async ({ signal }) => {
      await declareNew(ports, declared);
      while (!signal.aborted && (await ports.store.call('countEnergy', ports.clock.wall())).remaining);
    },
  };
}

async function declareNew(ports: CountEnergyPorts, declared: Map<SeriesId, string>): Promise<void> {
  const found: CounterDeclaration[] = [];
  for (const { id, device, quantity } of await ports.store.call('listSeries')) {
    if (energyMeans(quantity) !== 'counter') continue;
    const rules = ports.rulesOf(device, quantity);
    if (rules !== undefined && declared.get(id) !== JSON.stringify(rules)) found.push({ series: id, rules });
  }
  if (found.length === 0) return;
  await ports.store.call('declareCounters', found);
  for (const { series, rules } of found) declared.set(series, JSON.stringify(rules));
}
