import type { CardLine, HomeCard } from './card.ts';
import { formatTime } from './format.ts';
import { jobTitle, plannedStartMs } from './job-start.ts';
import type { Job } from './job-types.ts';

const shownMax = 3;

/** What runs, and what runs next; none without jobs that are open. */
export function jobsCards(
  open: readonly Job[],
  { nowMs, zone }: { readonly nowMs: number; readonly zone: string | undefined },
): readonly HomeCard[] {
  if (open.length === 0) return [];
  const next = [...open].sort((a, b) => plannedStartMs(a) - plannedStartMs(b) || a.id - b.id);
  const more = open.length - shownMax;
  return [
    {
      id: 'jobs',
      title: 'Next jobs',
      lines: next.slice(0, shownMax).map((job): CardLine => ({
        id: String(job.id),
        name: jobTitle(job),
        text: job.run === null ? formatTime(plannedStartMs(job), nowMs, zone) : 'runs',
        mark: 'good',
        doubt: '',
        detail: job.why ?? '',
      })),
      note: more > 0 ? `and ${more} more` : '',
    },
  ];
}
