import { exitCodes } from './core/exit-codes.ts';
import { formatDuration, formatInstant, formatValue } from './faces/cli/format-value.ts';
import type { Paint } from './faces/cli/paint.ts';
import { renderFacts, renderTable } from './faces/cli/table.ts';
import type { ServiceCheck } from './features/service/check-service.ts';
import type { ServiceChange } from './features/service/install-service.ts';
import type { LogLine, ServiceExit } from './features/service/managed-service.ts';
import type { ServiceStatus } from './features/service/service-status.ts';
import { prettyLine } from './system/pretty-line.ts';

/** What was done to the service, or would be. */
export function changeView(
  { service, changed, steps, notes, unit }: ServiceChange,
  isDryRun = false,
): string {
  const head = isDryRun ? 'would be done:' : 'done:';
  const done = changed
    ? [head, ...steps.map((step) => `  ${step}`)]
    : [`${service} is so already: nothing to do`];
  const text = unit === undefined ? [] : ['', unit.trimEnd()];
  return linesOf([...done, ...notes.map((note) => `note: ${note}`), ...text]);
}

export function statusView(status: ServiceStatus, nowMs: number, paint: Paint): string {
  const { manager, service, scope, file, lastExit, gateway } = status;
  return renderFacts(
    [
      ['service', `${service} (${manager}, ${scope === 'system' ? 'of the machine' : 'of this user'})`],
      ['file', file],
      ['state', stateWords(status, nowMs)],
      ['starts by itself', status.startsByItself ? 'yes' : 'no'],
      ...(lastExit === null ? [] : [['last exit', exitWords(lastExit)] as const]),
      ...(status.restarts === null ? [] : [['restarts', String(status.restarts)] as const]),
      ['data', formatValue(status.dataDirectory)],
      [
        'gateway',
        'refusal' in gateway
          ? gateway.refusal
          : `${gateway.status}, version ${gateway.version}, up for ${formatDuration(gateway.uptimeMs)}`,
      ],
    ],
    paint,
  );
}

export function checkView({ installed, file, variables, problems }: ServiceCheck, paint: Paint): string {
  const columns = (['name', 'value', 'from'] as const).map((title) => ({ title, align: 'left' as const }));
  const rows = variables.map(({ name, value, from }) => [formatValue(name), formatValue(value), from]);
  const head = installed ? `as ${file} gives it:` : `no service is installed; as ${file} would give it:`;
  return linesOf([
    head,
    renderTable(columns, rows, paint).trimEnd(),
    ...(problems.length === 0 ? ['nothing is wrong with it'] : problems.map((text) => paint('red', text))),
  ]);
}

/** A line of the log for people, or as JSON. */
export function logView(line: LogLine, json: boolean): string {
  return json ? `${JSON.stringify(line)}\n` : `${logText(line)}\n`;
}

/** The gateway's own lines are JSON; what systemd says of it is not. */
function logText({ atMs, text }: LogLine): string {
  try {
    const said = JSON.parse(text) as { readonly time?: unknown; readonly msg?: unknown };
    if (typeof said.msg === 'string' && typeof said.time === 'string')
      return `${formatInstant(Date.parse(said.time)).slice(0, 10)} ${prettyLine(text).trimEnd()}`;
  } catch {
    // Words of somebody else.
  }
  return formatValue(
    `${atMs === null ? '' : `${formatInstant(atMs).slice(0, 19).replace('T', ' ')} `}${text}`,
  );
}

function stateWords({ isRunning, word, sinceMs, processId }: ServiceStatus, nowMs: number): string {
  if (!isRunning) return `does not run (${word})`;
  const since =
    sinceMs === null
      ? ''
      : ` since ${formatInstant(sinceMs)}, ${formatDuration(Math.max(0, nowMs - sinceMs))}`;
  return `runs${since}${processId === null ? '' : `, process ${processId}`}`;
}

function exitWords({ number, by }: ServiceExit): string {
  if (by === 'signal') return `by signal ${number}`;
  const reason = Object.entries(exitCodes).find(([, code]) => code === number)?.[0];
  return reason === undefined ? `code ${number}` : `code ${number} (${reason.replaceAll('_', ' ')})`;
}

function linesOf(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
