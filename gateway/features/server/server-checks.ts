import type { SectionProblem } from '../../config/section.ts';
import { suggestName } from '../../core/nearest.ts';
import { isTempoDay } from '../../core/tempo-day.ts';

interface Written {
  readonly startDate?: string;
  readonly switch?: string;
  readonly ups?: string;
}

interface Item {
  readonly id: string;
  readonly kind: unknown;
}

const upsKind = 'nut';
/** No account is older: its days are created one by one. */
const earliestStart = '2010-01-01';

/** What no schema can say of the section. */
export function serverProblems(
  section: unknown,
  root: Readonly<Record<string, unknown>>,
): readonly SectionProblem[] {
  const written = section as Written;
  return [
    ...startProblems(written.startDate),
    ...switchProblems(written.switch, itemsIn(root, 'switches')),
    ...upsProblems(written.ups, itemsIn(root, 'sources')),
  ];
}

function startProblems(day: string | undefined): readonly SectionProblem[] {
  if (day === undefined || (isTempoDay(day) && day >= earliestStart)) return [];
  const message = `must be a day of the calendar, ${earliestStart} or later`;
  return [{ path: ['startDate'], message, hint: 'give the day on which the server was first metered' }];
}

function switchProblems(id: string | undefined, switches: readonly Item[]): readonly SectionProblem[] {
  if (id === undefined || switches.some((one) => one.id === id)) return [];
  const ids = switches.map((one) => one.id);
  const hint = ids.length === 0 ? 'none is configured under switches' : suggestName(id, ids);
  return [{ path: ['switch'], message: 'must be the id of one of switches', hint }];
}

function upsProblems(id: string | undefined, sources: readonly Item[]): readonly SectionProblem[] {
  if (id === undefined || sources.some((one) => one.id === id && one.kind === upsKind)) return [];
  const ids = sources.filter(({ kind }) => kind === upsKind).map((one) => one.id);
  const hint = ids.length === 0 ? `no source of the kind ${upsKind} is configured` : suggestName(id, ids);
  return [{ path: ['ups'], message: `must be the id of a source of the kind ${upsKind}`, hint }];
}

/** Those that have not passed their schema may be null. */
function itemsIn(root: Readonly<Record<string, unknown>>, key: string): readonly Item[] {
  const items = root[key];
  if (!Array.isArray(items)) return [];
  return (items as readonly (Partial<Item> | null)[]).flatMap((item) =>
    typeof item?.id === 'string' ? [{ id: item.id, kind: item.kind }] : [],
  );
}
