import type { ProgramCall, Programs } from '../../core/programs.ts';
import { runProgram } from './run-program.ts';
import type { LogLine, ServiceExit, ServiceManager, ServiceState } from './managed-service.ts';
import type { ServiceScope } from './service-unit.ts';
import { systemdUnit } from './systemd-unit.ts';

const service = 'egw.service';

/** @param home of the user whose session it is, in the scope `user` */
export function createSystemd(scope: ServiceScope, home: string, programs: Programs): ServiceManager {
  const own = scope === 'user' ? ['--user'] : [];
  const systemctl = (...args: readonly string[]): ProgramCall => ({
    program: 'systemctl',
    args: [...own, ...args],
  });
  const show = async (...properties: readonly string[]): Promise<Properties> => {
    const call = systemctl('show', service, `--property=${properties.join(',')}`);
    return propertiesOf(await runProgram(programs, call));
  };
  const folder = scope === 'system' ? '/etc/systemd/system' : `${home}/.config/systemd/user`;
  return {
    name: 'systemd',
    scope,
    service,
    file: `${folder}/${service}`,
    unitText: systemdUnit,
    state: async () => stateOf(await show(...stateProperties)),
    variables: async () => {
      const { LoadState, Environment = '' } = await show('LoadState', 'Environment');
      return LoadState === 'loaded' ? variablesOf(Environment) : undefined;
    },
    installCalls: (isChanged, state) => [
      ...(isChanged ? [systemctl('daemon-reload')] : []),
      ...(state?.startsByItself === true && !isChanged ? [] : [systemctl('enable', service)]),
      ...(isChanged ? [systemctl('restart', service)] : []),
      ...(isChanged || state?.isRunning === true ? [] : [systemctl('start', service)]),
    ],
    uninstallCalls: {
      before: [systemctl('disable', '--now', service)],
      after: [systemctl('daemon-reload')],
    },
    startCall: () => systemctl('start', service),
    stopCall: systemctl('stop', service),
    logCall: (lines, follows) => ({
      program: 'journalctl',
      // Not --user: where the journal is kept in memory, there is no journal of a user's own.
      args: [
        scope === 'user' ? `--user-unit=${service}` : `--unit=${service}`,
        `--lines=${lines}`,
        '--output=json',
        ...(follows ? ['--follow'] : ['--no-pager']),
      ],
    }),
    readLogLine,
  };
}

type Properties = Readonly<Partial<Record<string, string>>>;

const stateProperties = [
  'LoadState',
  'ActiveState',
  'SubState',
  'UnitFileState',
  'MainPID',
  'NRestarts',
  'ExecMainCode',
  'ExecMainStatus',
  'ActiveEnterTimestamp',
];

/** Lines of `systemctl show`: `MainPID=4711`. */
function propertiesOf(output: string): Properties {
  const lines = output.split('\n').filter((line) => line.includes('='));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

function stateOf(properties: Properties): ServiceState {
  const isRunning = ['active', 'reloading'].includes(properties['ActiveState'] ?? '');
  const processId = Number(properties['MainPID'] ?? 0);
  return {
    isLoaded: properties['LoadState'] === 'loaded',
    isRunning,
    word: properties['SubState'] ?? 'unknown',
    startsByItself: /^enabled/.test(properties['UnitFileState'] ?? ''),
    sinceMs: isRunning ? instantOf(properties['ActiveEnterTimestamp'] ?? '') : null,
    processId: isRunning && processId > 0 ? processId : null,
    lastExit: isRunning ? null : exitOf(properties),
    restarts: /^\d+$/.test(properties['NRestarts'] ?? '') ? Number(properties['NRestarts']) : null,
  };
}

/** `Sat 2026-03-07 08:15:00 UTC`: systemd writes times in the zone it is asked in. */
function instantOf(text: string): number | null {
  const [, day, time] = /^\w+ (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(text) ?? [];
  return day === undefined || time === undefined ? null : Date.parse(`${day}T${time}Z`);
}

/** CLD_EXITED, CLD_KILLED and CLD_DUMPED of waitid(2); 0 when it never ran. */
function exitOf({ ExecMainCode, ExecMainStatus }: Properties): ServiceExit | null {
  const number = Number(ExecMainStatus ?? 0);
  if (ExecMainCode === '1') return { number, by: 'code' };
  return ExecMainCode === '2' || ExecMainCode === '3' ? { number, by: 'signal' } : null;
}

/** `A=1 "B=two words"`: words that need it stand in quotes, with C's escapes. */
function variablesOf(text: string): Readonly<Record<string, string>> {
  const words = [...text.matchAll(/"((?:[^"\\]|\\.)*)"|\S+/g)].map(
    ([plain, inQuotes]) => inQuotes?.replaceAll(/\\(.)/g, '$1') ?? plain,
  );
  const pairs = words.filter((word) => word.includes('='));
  return Object.fromEntries(
    pairs.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
}

/** An entry of the journal as JSON: systemd.journal-fields(7). What is not UTF-8 comes as a list of bytes. */
function readLogLine(line: string): LogLine {
  let entry: Readonly<Record<string, unknown>>;
  try {
    entry = JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return { atMs: null, text: line };
  }
  const { MESSAGE: message, __REALTIME_TIMESTAMP: microseconds } = entry;
  const text = Array.isArray(message) ? Buffer.from(message as number[]).toString('utf8') : message;
  return {
    atMs: typeof microseconds === 'string' ? Math.floor(Number(microseconds) / 1000) : null,
    text: typeof text === 'string' ? text : line,
  };
}
