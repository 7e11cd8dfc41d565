import type { ApiClient } from './api-client.ts';
import { wordsFor } from './api-problem.ts';
import type { PageTime } from './browser-time.ts';
import { createAddJobForm, type AddJobForm } from './add-job-form.ts';
import type { HomeState } from './home-state.ts';
import { createJobRow, type JobRow } from './job-row.ts';
import type { Job, JobRights, Outlook } from './job-types.ts';
import { isOpen, plannedStartMs } from './job-start.ts';
import { queueWords, type JobTime } from './job-words.ts';
import { createJobsClient, type JobsClient } from './jobs-client.ts';
import type { JobsDeeds } from './jobs-deeds.ts';
import { createKeyedRows } from './keyed-rows.ts';
import { makeElement, setHidden, setText } from './make-element.ts';
import { outlookSpan } from './outlook-span.ts';
import { OutlookView } from './outlook-view.ts';
import { createPeriodicView, type PeriodicView } from './periodic-view.ts';
import { createSavingsView } from './savings-view.ts';
import type { TabView } from './tab-view.ts';

const example = 'egw run --estimate 2h --commandline "python train.py"';

/** What waits for better power: when each job is to run and why, what ran, and what waiting saved. */
export class JobsView implements TabView {
  readonly #state: HomeState;
  readonly #client: JobsClient;
  readonly #asking: PeriodicView;
  readonly #message = makeElement('p', { class: 'note', role: 'status' });
  readonly #queue = makeElement('p', { class: 'unseen', role: 'status' });
  readonly #picture = new OutlookView();
  readonly #savings = createSavingsView();
  readonly #waiting: JobList;
  readonly #ended: JobList;
  readonly #empty = makeEmpty();
  readonly #form: AddJobForm;
  readonly #mayNot = makeElement('p', { class: 'note', hidden: '' });
  #jobs: readonly Job[] | undefined;
  #outlook: Outlook | undefined;
  #rights: JobRights | undefined;
  #endedIds = '';

  constructor(place: Element, state: HomeState, { client, time }: { client: ApiClient; time: PageTime }) {
    this.#state = state;
    this.#client = createJobsClient(client);
    const deeds: JobsDeeds = {
      client: this.#client,
      mayRun: () => this.#rights?.mayRun === true,
      time: () => this.#time(),
      do: (work, done) => this.#do(work, done),
    };
    this.#form = createAddJobForm(deeds, () => this.#asking.anew());
    this.#waiting = createJobList('Waiting and running', deeds);
    this.#ended = createJobList('Ended', deeds);
    const plan = makeElement(
      'div',
      { class: 'card' },
      makeElement('h2', {}, 'Power, and the plan'),
      this.#picture.element,
    );
    const list = makeElement(
      'div',
      { class: 'card' },
      ...[this.#waiting.element, this.#empty, this.#mayNot, this.#message, this.#queue],
    );
    const past = makeElement('div', { class: 'card past-jobs' }, this.#ended.element);
    place.replaceChildren(plan, list, this.#form.element, this.#savings.element, past);
    this.#asking = createPeriodicView(this.#message, time, () => this.#load());
  }

  start(): void {
    this.#asking.start();
  }

  stop(): void {
    this.#asking.stop();
  }

  /** Ages and progress go on between two answers. */
  show(): void {
    const jobs = this.#jobs;
    if (jobs === undefined) return;
    this.#waiting.show(
      jobs.filter(isOpen).sort((a, b) => plannedStartMs(a) - plannedStartMs(b) || a.id - b.id),
    );
    this.#ended.show(jobs.filter((job) => !isOpen(job)).sort((a, b) => (b.endedMs ?? 0) - (a.endedMs ?? 0)));
    setHidden(this.#empty, jobs.length > 0);
    const isBarred = this.#rights?.mayRun === false && jobs.some(isOpen);
    setHidden(this.#mayNot, !isBarred);
    setText(this.#mayNot, isBarred ? mayNotWords : '');
    setText(this.#queue, queueWords(jobs));
  }

  refresh(): void {
    this.#asking.start();
  }

  async #load(): Promise<void> {
    this.#jobs = await this.#client.jobs();
    this.show();
    if (this.#rights === undefined) {
      this.#rights = await this.#client.rights();
      this.#form.show(this.#rights);
    }
    this.#outlook = await this.#client.outlook(outlookSpan(this.#jobs, this.#state.clock.nowMs()));
    this.#picture.show({ outlook: this.#outlook, jobs: this.#jobs, time: this.#time() });
    this.show();
    for (const list of [this.#waiting, this.#ended]) list.load();
    const endedIds = JSON.stringify(
      this.#jobs.filter((job) => !isOpen(job)).map(({ id, saving }) => [id, saving]),
    );
    if (endedIds === this.#endedIds) return;
    this.#savings.show(await this.#client.savings());
    this.#endedIds = endedIds;
  }

  async #do(work: () => Promise<void>, done: string): Promise<void> {
    try {
      await work();
      await this.#asking.anew();
      setText(this.#message, done);
    } catch (error) {
      setText(this.#message, wordsFor(error));
    }
  }

  #time(): JobTime {
    return { nowMs: this.#state.clock.nowMs(), zone: this.#state.zone };
  }
}

const mayNotWords =
  'This browser may look at jobs, but not start or cancel them: its token lacks the scope jobs:run. Pair it anew with: egw pairing open';

interface JobList {
  readonly element: HTMLElement;
  show(jobs: readonly Job[]): void;
  load(): void;
}

function createJobList(title: string, deeds: JobsDeeds): JobList {
  const list = makeElement('div', { class: 'devices' });
  const element = makeElement('section', { hidden: '' }, makeElement('h2', {}, title), list);
  const rows = new Map<number, JobRow>();
  const showRows = createKeyedRows<Job>(
    list,
    ({ id }) => String(id),
    ({ id }) => {
      const row = createJobRow(id, deeds);
      rows.set(id, row);
      return row;
    },
  );
  return {
    element,
    show: (jobs) => {
      showRows(jobs);
      setHidden(element, jobs.length === 0);
      const ids = new Set(jobs.map(({ id }) => id));
      for (const id of rows.keys()) if (!ids.has(id)) rows.delete(id);
    },
    load: () => {
      for (const row of rows.values()) row.load();
    },
  };
}

function makeEmpty(): HTMLElement {
  return makeElement(
    'div',
    { hidden: '' },
    makeElement('h2', {}, 'No jobs yet'),
    makeElement(
      'p',
      {},
      'A job is a command that may wait: it runs when power is clean, cheap or your own, and by its deadline at the latest. Give the first one on the gateway:',
    ),
    makeElement('pre', { class: 'job-output' }, example),
  );
}
