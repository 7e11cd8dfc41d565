import { createJobBody } from './job-body.ts';
import type { Job } from './job-types.ts';
import { jobTitle } from './job-start.ts';
import { jobProgress, jobReason, jobState, jobTimes, progressWords } from './job-words.ts';
import type { JobsDeeds } from './jobs-deeds.ts';
import type { Row } from './keyed-rows.ts';
import { makeElement, setAttribute, setHidden, setText } from './make-element.ts';

export interface JobRow extends Row<Job> {
  /** Asks for what only the gateway knows of it, if it is open. */
  load(): void;
}

/** The colours of devices mean the same here. */
const tones: Readonly<Record<string, string>> = { running: 'up', done: 'up', failed: 'down', missed: 'down' };

/** A job in a line, with all there is to say behind a tap. */
export function createJobRow(id: number, deeds: JobsDeeds): JobRow {
  const name = makeElement('span', { class: 'device-name' });
  const condition = makeElement('span', { class: 'device-state' });
  const times = makeElement('span', { class: 'job-times' });
  const bar = makeElement('span', { class: 'bar' }, makeElement('span'));
  const progress = makeElement('span', { class: 'unseen' });
  const reason = makeElement('span', { class: 'job-reason' });
  const timesCell = makeElement('span', { class: 'device-age device-age-cell' }, times, bar, progress);
  const dot = makeElement('span', { class: 'dot' });
  const summary = makeElement('summary', {}, dot, name, condition, timesCell, reason);
  const body = createJobBody(id, deeds);
  const element = makeElement(
    'details',
    { class: 'device job', 'data-job': String(id) },
    summary,
    body.element,
  );
  const load = (): void => {
    if (element.open) body.load();
  };
  element.addEventListener('toggle', load);
  return {
    element,
    load,
    show: (job) => {
      const time = deeds.time();
      setAttribute(element, 'data-state', tones[job.run === null ? job.state : 'running'] ?? job.state);
      setText(name, jobTitle(job));
      setText(condition, jobState(job, time.nowMs));
      setText(times, jobTimes(job, time));
      const share = jobProgress(job);
      setHidden(bar, share === undefined);
      bar.style.setProperty('--share', String(Math.min(1, share ?? 0)));
      setAttribute(bar, 'data-over', String((share ?? 0) > 1));
      setText(progress, progressWords(job));
      setText(reason, jobReason(job));
      body.show(job);
    },
  };
}
