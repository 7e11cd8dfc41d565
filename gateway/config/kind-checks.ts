import { leastPeriodMs, parsePeriodMs, periodText, readingPeriodMsMax } from '../core/reading-period.ts';
import { kindSectionKeys, type ItemKinds, type KindSectionKey } from './kind-section.ts';
import type { ConfigPath } from './path.ts';
import { formatPath, valueAt } from './path.ts';
import type { ConfigProblem } from './problem.ts';
import type { ProblemPlaces } from './validate.ts';

/**
 * What no schema can say of sources and sinks. Values of a wrong type were reported before, and are passed over. Each
 * path starts with the section and the index.
 */
export function checkItems(root: unknown, kinds: ItemKinds, places: ProblemPlaces): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const key of kindSectionKeys) {
    const items = valueAt(root, [key]);
    if (!Array.isArray(items)) continue;
    const owners = idsOf(root, 'devices');
    for (const [index, item] of items.entries()) {
      const report = (path: ConfigPath, message: string, hint: string): void => {
        problems.push({ path, where: places.where(path) ?? places.where([key, index]), message, hint });
      };
      const id: unknown = valueAt(item, ['id']);
      const path = [key, index, 'id'];
      const owner = typeof id === 'string' ? owners.get(id) : undefined;
      if (owner !== undefined)
        report(path, `${places.show(path, id)} is already the id of ${owner}`, 'give it an id of its own');
      else if (typeof id === 'string') owners.set(id, formatPath([key, index]));
      if (kinds[key].length === 0)
        report([key, index, 'kind'], 'names a kind, but none is built in', 'use a complete build');
      if (key === 'sources') checkPeriod({ item, index, kinds }, report, places);
    }
  }
  return problems;
}

function idsOf(root: unknown, key: string): Map<string, string> {
  const items = valueAt(root, [key]);
  const ids = new Map<string, string>();
  if (!Array.isArray(items)) return ids;
  for (const [index, item] of items.entries()) {
    const id: unknown = valueAt(item, ['id']);
    if (typeof id === 'string' && !ids.has(id)) ids.set(id, formatPath([key, index]));
  }
  return ids;
}

function checkPeriod(
  { item, index, kinds }: { readonly item: unknown; readonly index: number; readonly kinds: ItemKinds },
  report: (path: ConfigPath, message: string, hint: string) => void,
  places: ProblemPlaces,
): void {
  const key: KindSectionKey = 'sources';
  const [period, kind] = [valueAt(item, ['period']), valueAt(item, ['kind'])];
  const periodMs = typeof period === 'string' ? parsePeriodMs(period) : undefined;
  if (periodMs === undefined) return;
  const pace = kinds[key].find(({ id }) => id === kind)?.pace;
  const leastMs = leastPeriodMs(pace);
  if (periodMs >= leastMs && periodMs <= readingPeriodMsMax) return;
  const path = [key, index, 'period'];
  const whose = pace === undefined ? '' : ` for ${String(kind)}`;
  const least = periodText(leastMs);
  const shown = places.show(path, period);
  const usual = pace === undefined ? least : periodText(pace.periodMs);
  report(path, `must be from ${least} to 24h${whose}, not ${shown}`, `${usual} is usual`);
}
