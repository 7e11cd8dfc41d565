import { isZone } from '../core/calendar.ts';
import { hostKind } from './host-name.ts';
import { partedIndex } from './parted-lists.ts';
import type { ConfigPath } from './path.ts';
import { valueAt } from './path.ts';
import type { ConfigProblem } from './problem.ts';
import type { ConfigSection } from './section.ts';
import type { ProblemPlaces } from './validate.ts';

/** What no schema can say of the sections other than the devices. Values of a wrong type were reported before. */
export function checkSections(root: unknown, places: ProblemPlaces): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const report = (path: ConfigPath, message: string, hint: string): void => {
    const shown = places.show(path, valueAt(root, path));
    problems.push({ path, where: places.where(path), message: `${message}, not ${shown}`, hint });
  };
  const zone = valueAt(root, ['site', 'zone']);
  if (typeof zone === 'string' && !isZone(zone)) {
    report(['site', 'zone'], 'must be a time zone', 'use an IANA name such as Europe/Paris');
  }
  const host = valueAt(root, ['http', 'host']);
  if (typeof host === 'string' && host !== '' && hostKind(host) === undefined) {
    report(['http', 'host'], 'must be a host', 'use 127.0.0.1, 0.0.0.0 or an address of this machine');
  }
  const gridMeter = valueAt(root, ['home', 'gridMeter']);
  const lists = [valueAt(root, ['devices']), valueAt(root, ['sources'])].filter(Array.isArray);
  if (typeof gridMeter === 'string' && lists.length > 0) {
    const ids = lists.flat().map((item: unknown) => valueAt(item, ['id']));
    if (!ids.includes(gridMeter)) {
      const known =
        ids.length === 0 ? 'there are no devices' : `the devices are ${ids.map(String).join(', ')}`;
      report(['home', 'gridMeter'], 'must be the id of a device', known);
    }
  }
  return problems;
}

/** What features find wrong in their own sections, of those that have passed their schemas. */
export function checkOwnSections(
  root: Readonly<Record<string, unknown>>,
  {
    sections,
    found,
  }: { readonly sections: readonly ConfigSection[]; readonly found: readonly ConfigProblem[] },
  places: ProblemPlaces,
): readonly ConfigProblem[] {
  return sections.flatMap((section) => {
    const { key, problems } = section;
    const own = found.filter(({ path }) => path[0] === key);
    const bad = own.map(({ path }) => partedIndex([section], path));
    if (problems === undefined || root[key] === undefined || bad.includes(undefined)) return [];
    return problems(withoutItems(section, root[key], bad), root).map(({ path: within, message, hint }) => {
      const path = [key, ...within];
      const shown = places.show(path, valueAt(root, path));
      return { path, where: places.where(path), message: `${message}, not ${shown}`, hint };
    });
  });
}

/** Bad items of its parted list are null. */
function withoutItems(
  { partedList }: ConfigSection,
  section: unknown,
  bad: readonly (number | undefined)[],
): unknown {
  if (partedList === undefined || bad.length === 0) return section;
  const items = valueAt(section, [partedList]) as readonly unknown[];
  const good = items.map((item, index) => (bad.includes(index) ? null : item));
  return { ...(section as object), [partedList]: good };
}
