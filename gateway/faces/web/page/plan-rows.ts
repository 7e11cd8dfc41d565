import type { Span } from './chart-ranges.ts';
import { allowedStretches } from './day-windows.ts';
import type { Job } from './job-types.ts';
import { isOpen, jobTitle, plannedStartMs } from './job-start.ts';
import type { JobTime } from './job-words.ts';
import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeElement, setAttribute, setText } from './make-element.ts';
import { placeIn } from './outlook-span.ts';

export interface PlanRows {
  readonly element: HTMLElement;
  /** Answers how many jobs there are. */
  show(jobs: readonly Job[], span: Span, time: JobTime): number;
}

/** Jobs that are drawn; the list has them all. */
const drawnJobsMax = 12;

/** Under the curves a line for each job that waits or runs. */
export function createPlanRows(): PlanRows {
  const rows = makeElement('div', { class: 'plan-rows', 'aria-hidden': 'true' });
  const rest = makeElement('p', { class: 'note' });
  const showRows = createKeyedRows<PlanRow>(rows, ({ job }) => String(job.id), makePlanRow);
  return {
    element: makeElement('div', {}, rows, rest),
    show: (jobs, span, time) => {
      const open = jobs.filter(isOpen).sort((a, b) => plannedStartMs(a) - plannedStartMs(b) || a.id - b.id);
      showRows(open.slice(0, drawnJobsMax).map((job) => planRow(job, span, time)));
      const more = open.length - drawnJobsMax;
      setText(rest, more > 0 ? `${more} more are in the list.` : '');
      return open.length;
    },
  };
}

interface PlanRow {
  readonly job: Job;
  readonly parts: readonly {
    readonly key: string;
    readonly kind: string;
    readonly from: number;
    readonly to: number;
  }[];
}

/** Where its windows, its planned time, its latest start and its deadline stand. */
function planRow(job: Job, span: Span, { zone, nowMs }: JobTime): PlanRow {
  const mark = (atMs: number): { startMs: number; endMs: number } => ({ startMs: atMs, endMs: atMs + 1 });
  const windows = allowedStretches(job.when, { fromMs: nowMs, toMs: span.toMs }, zone) ?? [];
  const all = [
    ...windows.map((stretch) => ({ kind: 'window', stretch })),
    ...job.slots.map((stretch) => ({ kind: 'slot', stretch })),
    ...(job.run === null ? [{ kind: 'latest', stretch: mark(job.latestStartMs) }] : []),
    { kind: 'deadline', stretch: mark(job.deadlineMs) },
    { kind: 'now', stretch: mark(nowMs) },
  ];
  const parts = all.flatMap(({ kind, stretch }, index) => {
    const place = placeIn(span, stretch);
    return place === undefined ? [] : [{ key: `${kind} ${index}`, kind, ...place }];
  });
  return { job, parts };
}

function makePlanRow(): Row<PlanRow> {
  const name = makeElement('span', { class: 'plan-name' });
  const track = makeElement('span', { class: 'plan-track' });
  const showParts = createKeyedRows<PlanRow['parts'][number]>(
    track,
    ({ key }) => key,
    ({ kind }) => {
      const part = makeElement('span', { class: `plan-${kind}` });
      return {
        element: part,
        show: ({ from, to }) => {
          part.style.setProperty('--from', String(from));
          part.style.setProperty('--to', String(to));
        },
      };
    },
  );
  const element = makeElement('div', { class: 'plan-row' }, name, track);
  return {
    element,
    show: ({ job, parts }) => {
      setText(name, jobTitle(job));
      setAttribute(element, 'data-state', job.run === null ? job.state : 'running');
      showParts(parts);
    },
  };
}
