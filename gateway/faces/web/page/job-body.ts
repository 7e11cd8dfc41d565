import { wordsFor } from './api-problem.ts';
import { createFactList } from './fact-list.ts';
import { formatBytes } from './format.ts';
import type { Job, JobDetail, JobOutput } from './job-types.ts';
import { isOpen, jobTitle } from './job-start.ts';
import { jobFacts, progressWords, runFacts } from './job-words.ts';
import type { JobsDeeds } from './jobs-deeds.ts';
import { makeElement, setAttribute, setHidden, setText } from './make-element.ts';

export interface JobBody {
  readonly element: HTMLElement;
  load(): void;
  show(job: Job): void;
}

/** What stands behind a tap on a job: its facts, its runs, what it printed last, and what can be done about it. */
export function createJobBody(id: number, deeds: JobsDeeds): JobBody {
  const message = makeElement('p', { class: 'note', role: 'status' });
  const start = makeElement('button', { type: 'button' }, 'Run now');
  const cancel = makeElement('button', { type: 'button' }, 'Cancel');
  const buttons = makeElement('div', { class: 'job-buttons' }, start, cancel);
  const progress = makeElement('p', { class: 'note' });
  const facts = createFactList();
  const runs = createFactList();
  const output = createOutputView();
  start.addEventListener('click', () => void deeds.do(() => deeds.client.runNow(id), 'The job is started.'));
  // One that is cancelled never runs again, so a second tap has to say that it is meant.
  let isSure = false;
  const askAgain = (sure: boolean): void => {
    isSure = sure;
    setText(cancel, sure ? 'Cancel for good?' : 'Cancel');
  };
  cancel.addEventListener('click', () => {
    if (isSure) void deeds.do(() => deeds.client.cancel(id), 'The job is cancelled.');
    askAgain(!isSure);
  });
  cancel.addEventListener('blur', () => askAgain(false));
  const load = async (): Promise<void> => {
    const job: JobDetail = await deeds.client.job(id);
    runs.show(runFacts(job, deeds.time()));
    setText(message, '');
    if (job.runs.length > 0) output.show(await deeds.client.output(id));
  };
  return {
    element: makeElement(
      'div',
      { class: 'device-body' },
      message,
      progress,
      buttons,
      facts.element,
      runs.element,
      output.element,
    ),
    load: () => {
      load().catch((error: unknown) => setText(message, wordsFor(error)));
    },
    show: (job) => {
      setText(progress, progressWords(job));
      facts.show(jobFacts(job, deeds.time()));
      const mayStart = job.run === null && job.state !== 'done' && job.state !== 'cancelled';
      setHidden(start, !mayStart || !deeds.mayRun());
      setHidden(cancel, !isOpen(job) || job.run?.isEnding === true || !deeds.mayRun());
      setAttribute(start, 'aria-label', `Run ${jobTitle(job)} now`);
      setAttribute(cancel, 'aria-label', `${isSure ? 'Cancel for good' : 'Cancel'}: ${jobTitle(job)}`);
    },
  };
}

function createOutputView(): { readonly element: HTMLElement; show(output: JobOutput): void } {
  const title = makeElement('h3');
  const text = makeElement('pre', { class: 'job-output', tabindex: '0', 'aria-label': 'What it printed' });
  const element = makeElement('section', { hidden: '' }, title, text);
  return {
    element,
    show: ({ attempt, text: printed, outputBytes, isRunning }) => {
      setHidden(element, false);
      const isAtEnd = text.scrollTop + text.clientHeight >= text.scrollHeight - 4;
      const isCut = outputBytes > new TextEncoder().encode(printed).length;
      const size = isCut ? `, the end of ${formatBytes(outputBytes)}` : '';
      setText(title, `Output of run ${attempt}${size}${isRunning ? ', so far' : ''}`);
      setText(text, printed === '' ? 'It has printed nothing.' : plain(printed));
      if (isAtEnd) text.scrollTop = text.scrollHeight;
    },
  };
}

/** Colours of a terminal are left out, and what no screen can show is a dot. */
function plain(printed: string): string {
  const escapes = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;
  const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
  return printed.replaceAll(escapes, '').replaceAll('\r\n', '\n').replaceAll(unseen, '·');
}
