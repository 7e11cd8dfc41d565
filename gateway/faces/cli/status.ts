import { exitCodes } from '../../core/exit-codes.ts';
import type { CliRun } from './cli-run.ts';
import type { CommandDeclaration } from '../../features/command.ts';
import { readArguments, verbFormOf } from './command-line.ts';
import { formatDuration, formatInstant, formatValue } from './format-value.ts';
import { createGatewayClient, type ClientAnswer, type GatewayClient } from './gateway-client.ts';
import { jobTable, type JobPage } from './job-views.ts';
import { createPaint, type Paint } from './paint.ts';
import { reportRefusal, reportUsage } from './report.ts';
import { statusView } from './status-view.ts';
import { renderFacts } from './table.ts';

const jobsShown = 20;
const endedShown = 5;
/** Looked through for those that ended last: the newest need not. */
const endedAsked = 50;
const endedMsMax = 86_400_000;
const endedStates = 'done,failed,cancelled,missed';

interface Spool {
  readonly path: string | null;
  readonly problem: string | null;
  readonly waiting: number;
  readonly rejected: readonly { readonly name: string; readonly reason: string; readonly atMs: number }[];
}

interface Grid {
  readonly zone: string | null;
  readonly facts: readonly {
    readonly name: string;
    readonly value: number | null;
    readonly unit: string;
    readonly ageMs: number | null;
    readonly unknown: string | null;
  }[];
}

/** What electricity_usage shows of a zone. */
const zoneFacts = ['production', 'consumption', 'difference'];

/**
 * One screen: how the gateway is, and what waits in it; with a zone also what that produces and consumes. It is for
 * when things are broken, too: what cannot be told is said, and the rest is shown.
 */
export async function showStatus(run: CliRun, command: CommandDeclaration): Promise<number> {
  const given = readArguments(run.argv, verbFormOf(command));
  if ('message' in given) return reportUsage(run, given);
  const client = createGatewayClient(given.texts, run.environment);
  const status = await ask(client, '/api/v1/status');
  if (status.status >= 400) return reportRefusal(run, status);
  const area = given.texts['area'];
  const grid = area === undefined ? undefined : await ask(client, '/api/v1/grid', { zone: area });
  if (grid !== undefined && isRefused(grid)) return reportRefusal(run, grid);
  const waiting = { states: 'queued,waiting,running', limit: String(jobsShown) };
  const jobs = await ask(client, '/api/v1/jobs', waiting);
  const ended = await askEnded(client, run.time.now());
  const spool = await ask(client, '/api/v1/jobs/spool');
  const answers = { status, jobs, ended, spool, grid };
  run.io.stdout.write(given.flags.has('json') ? jsonOf(answers) : screenOf(run, answers));
  return exitCodes.ok;
}

interface Answers {
  readonly status: ClientAnswer;
  readonly jobs: ClientAnswer;
  /** Jobs with their runs; null where they cannot be told. */
  readonly ended: JobPage['jobs'] | null;
  readonly spool: ClientAnswer;
  /** undefined where no zone was asked for. */
  readonly grid: ClientAnswer | undefined;
}

async function ask(
  client: GatewayClient,
  path: string,
  query?: Readonly<Record<string, string>>,
): Promise<ClientAnswer> {
  const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
  return await client.ask({ method: 'GET', path: path + search });
}

/** The last of those that ended within a day, newest end first: who has one run wants to know how it went. */
async function askEnded(client: GatewayClient, nowMs: number): Promise<Answers['ended']> {
  const page = await ask(client, '/api/v1/jobs', { states: endedStates, limit: String(endedAsked) });
  if (page.status >= 400) return null;
  const latest = (page.body as JobPage).jobs
    .filter(({ endedMs }) => endedMs !== null && endedMs > nowMs - endedMsMax)
    .toSorted((a, b) => (b.endedMs ?? 0) - (a.endedMs ?? 0))
    .slice(0, endedShown);
  const shown = [];
  for (const job of latest) {
    const answer = await ask(client, `/api/v1/jobs/${job.id}`);
    shown.push(answer.status < 400 ? (answer.body as JobPage['jobs'][number]) : job);
  }
  return shown;
}

/** What was asked for is wrong, or not permitted; it is not the gateway that fails. */
function isRefused({ status }: ClientAnswer): boolean {
  return status >= 400 && status < 500;
}

function jsonOf({ status, jobs, ended, spool, grid }: Answers): string {
  const all = {
    ...(status.body as object),
    jobs: jobs.status < 400 ? (jobs.body as JobPage).jobs : null,
    endedJobs: ended,
    spool: spool.status < 400 ? spool.body : null,
    ...(grid !== undefined && { grid: grid.status < 400 ? grid.body : null }),
  };
  return `${JSON.stringify(all, null, 2)}\n`;
}

function screenOf({ io, environment }: CliRun, { status, jobs, ended, spool, grid }: Answers): string {
  const paint = createPaint(io.stdout, environment);
  const part = (what: string, answer: ClientAnswer, draw: (body: unknown) => string): string => {
    if (answer.status < 400) return draw(answer.body);
    const { detail } = (answer.body ?? {}) as { readonly detail?: unknown };
    return `${paint('yellow', `${what} cannot be told: ${formatValue(detail)}`)}\n`;
  };
  const parts = [
    statusView(status.body, paint),
    part('what jobs wait for', jobs, (body) => jobsText(body as JobPage, paint, io.stdout.columns)),
    endedText(ended ?? [], paint, io.stdout.columns),
    part('what the spool holds', spool, (body) => spoolText(body as Spool, paint)),
    grid === undefined ? '' : part('the grid', grid, (body) => gridText(body as Grid, paint)),
  ];
  return parts.filter((text) => text !== '').join('\n');
}

function jobsText({ jobs, next }: JobPage, paint: Paint, width: number | undefined): string {
  if (jobs.length === 0) return 'No job waits.\n';
  const more = next === null ? '' : 'more: egw job list\n';
  return `${jobTable(jobs, paint, width)}${more}`;
}

function endedText(jobs: JobPage['jobs'], paint: Paint, width: number | undefined): string {
  return jobs.length === 0 ? '' : `What ended in the last day:\n${jobTable(jobs, paint, width)}`;
}

function spoolText({ path, problem, waiting, rejected }: Spool, paint: Paint): string {
  if (path === null) return '';
  const head = `spool ${formatValue(path)}: ${waiting === 1 ? 'a file waits' : `${waiting} files wait`}\n`;
  const trouble = problem === null ? '' : `${paint('yellow', formatValue(problem))}\n`;
  const lines = rejected.map(
    ({ name, reason, atMs }) =>
      `${paint('yellow', `rejected ${formatInstant(atMs)} ${formatValue(name)}`)}: ${formatValue(reason)}\n`,
  );
  return `${head}${trouble}${lines.join('')}`;
}

function gridText({ zone, facts }: Grid, paint: Paint): string {
  const shown = facts
    .filter(({ name }) => zoneFacts.includes(name))
    .map(({ name, value, unit, ageMs, unknown }) => {
      const age = ageMs === null ? '' : `, ${formatDuration(ageMs)} old`;
      const why = unknown === null ? '' : `not known: ${formatValue(unknown)}`;
      return [name, value === null ? why : `${formatValue(value, {}, unit)}${age}`] as const;
    });
  return renderFacts([['zone', formatValue(zone)], ...shown], paint);
}
