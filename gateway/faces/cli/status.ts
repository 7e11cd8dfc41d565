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

/** One screen: how the gateway is, and what waits in it; with a zone also what that produces and consumes. */
export async function showStatus(run: CliRun, command: CommandDeclaration): Promise<number> {
  const given = readArguments(run.argv, verbFormOf(command));
  if ('message' in given) return reportUsage(run, given);
  const client = createGatewayClient(given.texts, run.environment);
  const answers = await askAll(client, given.texts['area']);
  const refused = answers.find(({ status }) => status >= 400);
  if (refused !== undefined) return reportRefusal(run, refused);
  const [status, jobs, spool, grid] = answers.map(({ body }) => body);
  if (given.flags.has('json')) {
    const all = {
      ...(status as object),
      jobs: (jobs as JobPage).jobs,
      spool,
      ...(grid !== undefined && { grid }),
    };
    run.io.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    return exitCodes.ok;
  }
  const paint = createPaint(run.io.stdout, run.environment);
  const parts = [
    statusView(status, paint),
    jobsText(jobs as JobPage, paint, run.io.stdout.columns),
    spoolText(spool as Spool, paint),
    ...(grid === undefined ? [] : [gridText(grid as Grid, paint)]),
  ];
  run.io.stdout.write(parts.filter((text) => text !== '').join('\n'));
  return exitCodes.ok;
}

async function askAll(client: GatewayClient, area: string | undefined): Promise<readonly ClientAnswer[]> {
  const states = 'queued,waiting,running';
  const paths = [
    '/api/v1/status',
    `/api/v1/jobs?${new URLSearchParams({ states, limit: String(jobsShown) }).toString()}`,
    '/api/v1/jobs/spool',
    ...(area === undefined ? [] : [`/api/v1/grid?${new URLSearchParams({ zone: area }).toString()}`]),
  ];
  const answers: ClientAnswer[] = [];
  for (const path of paths) answers.push(await client.ask({ method: 'GET', path }));
  return answers;
}

function jobsText({ jobs, next }: JobPage, paint: Paint, width: number | undefined): string {
  if (jobs.length === 0) return 'No job waits.\n';
  const more = next === null ? '' : 'more: egw job list\n';
  return `${jobTable(jobs, paint, width)}${more}`;
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
