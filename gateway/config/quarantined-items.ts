import { valueAt, type ConfigPath } from './path.ts';
import type { ConfigProblem } from './problem.ts';

/** A profile that is left out, and with it the devices that name it. */
export interface QuarantinedProfile {
  readonly index: number;
  readonly problems: readonly ConfigProblem[];
}

/** A device that is left out because of what is said in it. */
export interface QuarantinedDevice {
  /** Its place in the list, from 0. */
  readonly index: number;
  readonly id?: string;
  readonly problems: readonly ConfigProblem[];
}

/** A source, a sink, an uplink, a notifier or a switch that is left out because of what is said in it. */
export interface QuarantinedItem extends QuarantinedDevice {
  readonly kind?: string;
}

/** Problems of items of a list, by the item. */
export function groupByIndex(
  section: string,
  problems: readonly ConfigProblem[],
): readonly QuarantinedProfile[] {
  const byIndex = Map.groupBy(problems, ({ path }) => indexIn(section, path));
  return [...byIndex].flatMap(([index, found]) => (index === undefined ? [] : [{ index, problems: found }]));
}

/** The items of a list that have problems, with what they call themselves. */
export function quarantine(
  root: unknown,
  section: string,
  problems: readonly ConfigProblem[],
): readonly QuarantinedItem[] {
  return groupByIndex(section, problems).map((item) => {
    const [id, kind] = ['id', 'kind'].map((key) => valueAt(root, [section, item.index, key]));
    return {
      ...item,
      ...(typeof id === 'string' ? { id } : {}),
      ...(typeof kind === 'string' ? { kind } : {}),
    };
  });
}

/** The item of a list that a path is in. */
export function indexIn(section: string, path: ConfigPath): number | undefined {
  return path[0] === section && typeof path[1] === 'number' ? path[1] : undefined;
}
