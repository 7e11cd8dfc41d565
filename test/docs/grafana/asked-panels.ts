import { panelQueries, type Dashboard } from './dashboard.ts';
import type { Asking } from './macros.ts';
import type { SimulatedDays } from './simulated-days.ts';

/** Answers the rows of a target's query; their cells by name. */
export type Ask = (
  target: Readonly<Record<string, unknown>>,
  asking: Asking,
) => Promise<readonly Readonly<Record<string, unknown>>[]> | readonly Readonly<Record<string, unknown>>[];

/**
 * What is wrong with the panels of a dashboard over the simulated days: a query that fails, that answers no row, or
 * rows without a number, and a macro that nobody knows. Empty when all is well.
 */
export async function faultsOf(
  dashboard: Dashboard,
  days: Pick<SimulatedDays, 'fromMs' | 'toMs'>,
  ask: Ask,
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const { title, target, intervalMs, rangeMs } of panelQueries(dashboard)) {
    const fromMs = rangeMs === undefined ? days.fromMs : days.toMs - rangeMs;
    const asking = { fromMs, toMs: days.toMs, intervalMs, variables };
    try {
      const rows = await ask(target, asking);
      const hasNumber = rows.some((row) =>
        Object.entries(row).some(([name, cell]) => name !== 'time' && isNumber(cell)),
      );
      if (!hasNumber) faults.push(`${title}: ${rows.length} rows without a number`);
    } catch (error) {
      faults.push(`${title}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return faults;
}

/** As somebody may have chosen them. */
export const variables = {
  meter: ['meter-1'],
  pv: ['inverter-1', 'inverter-2'],
  zone: ['Europe/Paris'],
} as const;

function isNumber(cell: unknown): boolean {
  return typeof cell === 'number' && Number.isFinite(cell);
}
