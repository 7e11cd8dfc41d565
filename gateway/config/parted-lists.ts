import { kindSectionKeys } from './kind-section.ts';
import { isMap } from '../core/is-map.ts';
import { formatPath, type ConfigPath } from './path.ts';
import { formatProblem, type ConfigProblem } from './problem.ts';
import type { ConfigSection, LeftOutItem } from './section.ts';

/** Sections of which a bad item is left out, and the rest runs. */
const partedKeys: readonly unknown[] = ['devices', 'profiles', ...kindSectionKeys];

/** Whether a path is in an item that can be left out. */
export function isOfItem(sections: readonly ConfigSection[], path: ConfigPath): boolean {
  const isOfOurs = partedKeys.includes(path[0]) && typeof path[1] === 'number';
  return isOfOurs || partedIndex(sections, path) !== undefined;
}

/** The item of a feature's list that a path is in, where a bad one is left out and the rest runs. */
export function partedIndex(sections: readonly ConfigSection[], path: ConfigPath): number | undefined {
  const [key, list, index] = path;
  const section = sections.find((one) => one.key === key && one.partedList === list);
  return section !== undefined && typeof index === 'number' ? index : undefined;
}

/** The sections of features without the bad items of their lists, which stand in `leftOut` with what is wrong. */
export function withoutBadItems(
  features: Readonly<Record<string, unknown>>,
  sections: readonly ConfigSection[],
  problems: readonly ConfigProblem[],
): Readonly<Record<string, unknown>> {
  const kept = sections.map(({ key, partedList }) => {
    const section = features[key];
    const items = partedList === undefined || !isMap(section) ? undefined : section[partedList];
    if (partedList === undefined || !Array.isArray(items)) return [key, section];
    const own = problems.filter(({ path }) => path[0] === key && path[1] === partedList);
    const bad = Map.groupBy(own, ({ path }) => path[2]);
    const leftOut = [...bad].map(([index, [first]]) => leftOutItem(items, Number(index), first));
    const good = items.filter((_, index) => !bad.has(index));
    return [key, { ...(section as object), [partedList]: good, leftOut }];
  });
  return { ...features, ...(Object.fromEntries(kept) as Record<string, unknown>) };
}

function leftOutItem(
  items: readonly unknown[],
  index: number,
  problem: ConfigProblem | undefined,
): LeftOutItem {
  const item = items[index];
  const id = isMap(item) ? item['id'] : undefined;
  const reason = problem === undefined ? formatPath([index]) : formatProblem(problem);
  return { index, id: typeof id === 'string' ? id : undefined, reason };
}
