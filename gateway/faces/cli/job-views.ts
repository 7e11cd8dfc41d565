import { formatDuration, formatValue } from './format-value.ts';
import type { Paint } from './paint.ts';
import { renderFacts, renderTable } from './table.ts';

interface Comparison {
  readonly actual: number;
  readonly atOnce: number;
  readonly best: number;
}

interface Job {
  readonly id: number;
  readonly name: string | null;
  readonly state: string;
  readonly command: string;
  readonly why: string | null;
  readonly when: string;
  /** These by the clock of the site. */
  readonly queued: string;
  readonly start: string | null;
  readonly latestStart: string;
  readonly deadline: string;
  readonly ended: string | null;
  /** UTC epoch ms. */
  readonly endedMs: number | null;
  readonly estimate: string;
  readonly powerWatts: number | null;
  readonly isInterruptible: boolean;
  readonly retries: number;
  readonly timeoutMs: number | null;
  readonly owner: string;
  readonly cwd: string;
  readonly environment: readonly string[];
  readonly user: string | null;
  readonly memoryMb: number | null;
  readonly cpuSeconds: number | null;
  readonly hasNetwork: boolean;
  readonly warnings: readonly string[];
  readonly run: {
    readonly attempt: number;
    readonly trigger: string;
    readonly ranMs: number;
    readonly isPaused: boolean;
    readonly isEnding: boolean;
  } | null;
  readonly saving: {
    readonly energyKwh: number;
    readonly isPowerAssumed: boolean;
    readonly carbonGrams: Comparison | null;
    readonly microEuros: Comparison | null;
    readonly isFinal: boolean;
  } | null;
  /** Oldest first; absent in lists. */
  readonly runs?: readonly Run[];
}

interface Run {
  readonly attempt: number;
  readonly trigger: string;
  readonly startedMs: number;
  /** By the clock of the site. */
  readonly started: string;
  readonly endedMs: number | null;
  readonly outcome: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly problem: string | null;
}

export interface JobPage {
  readonly jobs: readonly Job[];
  readonly plan: { readonly words: string } | null;
  readonly next: number | null;
}

const commandWidthMin = 12;

/** A job a line, what it waits for below it; on a terminal no line is wider than that. */
export function jobListView(answer: unknown, paint: Paint, width?: number): string {
  const { jobs, plan, next } = answer as JobPage;
  if (jobs.length === 0) return 'There is no job. Add one with: egw job add --estimate 2h -- COMMAND\n';
  const more = next === null ? [] : [`older ones: egw job list --before ${next}`];
  const isPlanned = plan !== null && jobs.some(({ ended }) => ended === null);
  const notes = [...(isPlanned ? [`the plan is ${formatValue(plan.words)}`] : []), ...more];
  return `${jobTable(jobs, paint, width)}${notes.map((note) => `\n${paint('dim', note)}\n`).join('')}`;
}

/** The lines of a list of jobs. */
export function jobTable(jobs: readonly Job[], paint: Paint, width?: number): string {
  const columns = [
    { title: 'id', align: 'right' },
    { title: 'state', align: 'left' },
    { title: 'starts', align: 'left' },
    { title: 'at the latest', align: 'left' },
    { title: 'deadline', align: 'left' },
    { title: 'job', align: 'left' },
  ] as const;
  const rows = jobs.map(({ id, state, start, latestStart, deadline, ended, runs }) => [
    String(id),
    state,
    short(start ?? runs?.at(-1)?.started ?? '-'),
    ended === null ? short(latestStart) : '-',
    short(deadline),
  ]);
  const taken = columns
    .slice(0, -1)
    .map(({ title }, index) => Math.max(title.length, ...rows.map((row) => (row[index] ?? '').length)) + 2)
    .reduce((sum, each) => sum + each, 0);
  const room = width === undefined ? Infinity : Math.max(commandWidthMin, width - taken);
  const [head = '', ...lines] = renderTable(
    columns,
    rows.map((row, index) => [...row, cut(titleOf(jobs[index]), room)]),
    paint,
  )
    .trimEnd()
    .split('\n');
  const body = lines.map((line, index) => {
    const note = noteOf(jobs[index]);
    return note === undefined ? line : `${line}\n${indented(note, width, paint)}`;
  });
  return `${[head, ...body].join('\n')}\n`;
}

/** All that is known of a job, and what it saved. */
export function jobView(answer: unknown, paint: Paint): string {
  const job = answer as Job & { readonly isNew?: boolean };
  const facts = renderFacts(factsOf(job), paint);
  const known = job.isNew === false ? 'It was added before, by the same request key.\n' : '';
  const warnings = job.warnings.map((text) => `${paint('yellow', `note: ${formatValue(text)}`)}\n`).join('');
  const runs = job.runs === undefined || job.runs.length === 0 ? '' : `\n${runTable(job.runs, paint)}`;
  return `${known}${facts}${warnings}${runs}${savingText(job.saving)}`;
}

/** What a run printed, without anything that a terminal obeys. */
export function jobLogsView(answer: unknown): string {
  const { text, outputBytes } = answer as { readonly text: string; readonly outputBytes: number };
  if (outputBytes === 0) return 'It has printed nothing.\n';
  if (text === '') return `Its ${outputBytes} bytes are no longer kept.\n`;
  const shown = text
    .split('\n')
    .map((line) => (line === '' ? '' : formatValue(line.replaceAll('\t', '    '))));
  const gone = outputBytes - Buffer.byteLength(text);
  const head = gone > 0 ? [`(the first ${gone} bytes are gone)`] : [];
  return `${[...head, ...shown].join('\n').replace(/\n$/, '')}\n`;
}

function titleOf(job: Job | undefined): string {
  return formatValue(job?.name ?? job?.command);
}

function noteOf(job: Job | undefined): string | undefined {
  if (job === undefined) return undefined;
  const ended = job.ended === null ? [] : [endOf(job, job.ended)];
  const running = job.run === null ? [] : [progressOf(job.run)];
  const why = job.why === null ? [] : [formatValue(job.why)];
  const all = [...ended, ...running, ...why];
  return all.length === 0 ? undefined : all.join(': ');
}

/** With its runs known, also how the last of them came about and ended. */
function endOf({ runs }: Job, ended: string): string {
  const run = runs?.at(-1);
  const how = run === undefined ? [] : [startedBy[run.trigger] ?? run.trigger];
  const { problem = null, exitCode = null } = run ?? {};
  const exit = exitCode === null || exitCode === 0 ? [] : [`exit code ${exitCode}`];
  const trouble = problem === null ? [] : [formatValue(problem)];
  return [`ended ${short(ended)}`, ...exit, ...trouble, ...how].join(', ');
}

const startedBy: Readonly<Record<string, string>> = {
  policy: 'as planned',
  deadline: 'at its latest start',
  manual: 'started by hand',
  retry: 'tried again',
};

function progressOf({ attempt, trigger, ranMs, isPaused, isEnding }: NonNullable<Job['run']>): string {
  const doing = isEnding ? 'ending' : isPaused ? 'held' : 'running';
  const how = startedBy[trigger] ?? trigger;
  return `${doing}, ${how}${attempt > 1 ? `, run ${attempt}` : ''}, ${formatDuration(ranMs)} so far`;
}

type Facts = readonly (readonly [string, string])[];

function factsOf(job: Job): Facts {
  return [
    ['job', String(job.id)],
    ...maybe('name', job.name === null ? null : formatValue(job.name)),
    ['state', job.state],
    ...maybe('why', job.why === null ? null : formatValue(job.why)),
    ['command', formatValue(job.command)],
    ['in', formatValue(job.cwd)],
    ['takes', job.estimate],
    ['waits for', job.when],
    ...maybe('starts', job.start),
    ['at the latest', job.latestStart],
    ['deadline', job.deadline],
    ['queued', job.queued],
    ...maybe('ended', job.ended),
    ...maybe('now', job.run === null ? null : progressOf(job.run)),
    ...termsOf(job),
    ['owner', formatValue(job.owner)],
  ];
}

/** What it was given besides what every job has. */
function termsOf(job: Job): Facts {
  const { powerWatts, timeoutMs, retries, environment, memoryMb, cpuSeconds } = job;
  return [
    ...maybe('draws', powerWatts === null ? null : `${powerWatts} W`),
    ...maybe('interruptible', job.isInterruptible ? 'yes' : null),
    ...maybe('retries', retries === 0 ? null : String(retries)),
    ...maybe('timeout', timeoutMs === null ? null : formatDuration(timeoutMs)),
    ...maybe('variables', environment.length === 0 ? null : formatValue(environment)),
    ...maybe('memory', memoryMb === null ? null : `${memoryMb} MB`),
    ...maybe('processors', cpuSeconds === null ? null : `${cpuSeconds} s`),
    ...maybe('user', job.user),
    ...maybe('network', job.hasNetwork ? null : 'none'),
  ];
}

function maybe(name: string, value: string | null): Facts {
  return value === null ? [] : [[name, value]];
}

function runTable(runs: readonly Run[], paint: Paint): string {
  const columns = ['run', 'how', 'started', 'took', 'outcome', 'exit code'].map((title) => ({
    title,
    align: 'left' as const,
  }));
  const rows = runs.map(
    ({ attempt, trigger, started, startedMs, endedMs, outcome, exitCode, signal, problem }) => [
      String(attempt),
      startedBy[trigger] ?? trigger,
      started,
      endedMs === null ? '-' : formatDuration(endedMs - startedMs),
      problem === null ? outcome : `${outcome}: ${formatValue(problem)}`,
      exitCode === null ? formatValue(signal) : String(exitCode),
    ],
  );
  return renderTable(columns, rows, paint);
}

function savingText(saving: Job['saving']): string {
  if (saving === null) return '';
  const { energyKwh, isPowerAssumed, carbonGrams, microEuros, isFinal } = saving;
  const lines = [
    `energy  ${Number(energyKwh.toFixed(3))} kWh${isPowerAssumed ? ', assumed: nobody said what it draws' : ''}`,
    `CO₂     ${carbonGrams === null ? 'not known' : comparisonText(carbonGrams, grams)}`,
    `cost    ${microEuros === null ? 'not known' : comparisonText(microEuros, euros)}`,
    ...(isFinal ? [] : ['        not all hours up to its deadline are known for certain yet']),
  ];
  return `\n${lines.join('\n')}\n`;
}

/** What waiting brought, and what the best start would have brought more. */
function comparisonText({ actual, atOnce, best }: Comparison, show: (value: number) => string): string {
  const saved = atOnce - actual;
  const verdict = saved < 0 ? `${show(-saved)} more` : `${show(saved)} saved`;
  const regret = actual - best;
  const lost = regret > 0 ? `, ${show(regret)} less at the best start` : ', the best start';
  return `${show(actual)}, at once ${show(atOnce)}: ${verdict}${lost}`;
}

function grams(value: number): string {
  if (Math.abs(value) >= 1_000) return `${(value / 1_000).toFixed(2)} kg`;
  return `${Number(value.toFixed(Math.abs(value) < 10 ? 1 : 0))} g`;
}

function euros(microEuros: number): string {
  return `${(microEuros / 1e6).toFixed(Math.abs(microEuros) >= 1e6 ? 2 : 4)} €`;
}

/** `11-22 03:00` of an instant in ISO: years do not matter to jobs. */
function short(instant: string): string {
  return instant.slice(5, 16).replace('T', ' ');
}

function cut(text: string, room: number): string {
  if (text.length <= room) return text;
  return `${text.slice(0, Math.max(0, room - 1)).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

const indent = '    ';

function indented(text: string, width: number | undefined, paint: Paint): string {
  const room = width === undefined ? Infinity : Math.max(20, width - indent.length);
  const lines: string[] = [''];
  for (const word of text.split(' ').flatMap((one) => pieces(one, room))) {
    const line = lines.at(-1) ?? '';
    if (line === '' || line.length + 1 + word.length <= room)
      lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `${indent}${paint('dim', line)}`).join('\n');
}

/** A word that fits on no line is parted. */
function pieces(word: string, room: number): readonly string[] {
  if (word.length <= room) return [word];
  return [word.slice(0, room), ...pieces(word.slice(room), room)];
}
