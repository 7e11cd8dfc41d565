import type { Source, SourceDetail } from './api-types.ts';
import type { Fact } from './fact.ts';
import { formatAge, formatCount, formatDuration, formatInstant, noValue } from './format.ts';
import { isActive } from './owner.ts';

const stateWords: Readonly<Record<Source['state'], string>> = {
  unseen: 'not read yet',
  up: 'up',
  failing: 'the last question failed',
  down: 'down: nothing comes',
  disabled: 'switched off',
  skipped: 'not read',
  quarantined: 'not read: its configuration is wrong',
};

/** `up for 2 h 05 min`. */
export function sourceState({ state, sinceMs }: Source, nowMs: number): string {
  const words = stateWords[state];
  return sinceMs === null ? words : `${words} for ${formatDuration(nowMs - sinceMs)}`;
}

/** When it was read and will be: `12 s ago, next in 48 s`. `heardMs`: when its newest value came. */
export function sourceTimes(source: Source, heardMs: number | undefined, nowMs: number): string {
  const readMs = Math.max(source.readAtMs ?? 0, heardMs ?? 0);
  const read = readMs === 0 ? '' : `${formatAge(nowMs - readMs)} ago`;
  return [read, nextText(source, nowMs)].filter((words) => words !== '').join(', ');
}

/** `12 of 1 000 in 24 hours`; undefined where nobody counts them. */
function budgetText({ requestsToday, requestsPerDay }: Source): string | undefined {
  if (requestsToday === null) return undefined;
  const allowed = requestsPerDay === null ? '' : ` of ${formatCount(requestsPerDay)}`;
  return `${formatCount(requestsToday)}${allowed} in 24 hours`;
}

export function sourceFacts(
  source: Source,
  detail: SourceDetail | undefined,
  { nowMs, zone }: { readonly nowMs: number; readonly zone: string | undefined },
): readonly Fact[] {
  const { periodMs, readAtMs } = source;
  const budget = budgetText(source);
  return [
    ['Id', source.id],
    ['Kind', detail === undefined ? source.kind : `${detail.title} (${source.kind})`],
    ['Read every', periodMs === null ? noValue : formatDuration(periodMs)],
    ['Last answer', readAtMs === null ? noValue : formatInstant(readAtMs, nowMs, zone)],
    ['Good answers', detail === undefined ? noValue : formatCount(detail.answers)],
    ['Failed questions', detail === undefined ? noValue : formatCount(detail.failures)],
    ...(budget === undefined ? [] : [['Requests', budget] as const]),
  ];
}

function nextText({ state, nextReadMs }: Source, nowMs: number): string {
  if (nextReadMs !== null)
    return nextReadMs <= nowMs ? 'next now' : `next in ${formatAge(nextReadMs - nowMs)}`;
  return isActive({ state }) ? 'being read' : '';
}
