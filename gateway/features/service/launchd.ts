import type { Clock } from '../../core/clock.ts';
import type { ProgramCall, Programs } from '../../core/programs.ts';
import { launchdLabel, launchdPlist, logFileOf } from './launchd-plist.ts';
import { programFailure, runProgram } from './run-program.ts';
import type { ServiceManager, ServiceState } from './managed-service.ts';
import type { ServiceScope } from './service-unit.ts';

/** launchctl's answer of a service that it does not know. */
const unknownServiceCode = 113;

export interface LaunchdPlace {
  readonly scope: ServiceScope;
  readonly home: string;
  /** The domain of its user's session is named by it. */
  readonly userId: number;
}

/** launchctl(1) of macOS 10.11 and later. */
export function createLaunchd(place: LaunchdPlace, programs: Programs, clock: Clock): ServiceManager {
  const { scope, home, userId } = place;
  const domain = scope === 'system' ? 'system' : `gui/${userId}`;
  const target = `${domain}/${launchdLabel}`;
  const folder = scope === 'system' ? '/Library/LaunchDaemons' : `${home}/Library/LaunchAgents`;
  const file = `${folder}/${launchdLabel}.plist`;
  const launchctl = (...args: readonly string[]): ProgramCall => ({ program: 'launchctl', args });
  const bootstrap = [launchctl('enable', target), launchctl('bootstrap', domain, file)];
  return {
    name: 'launchd',
    scope,
    service: launchdLabel,
    file,
    unitText: launchdPlist,
    state: async () => {
      const call = launchctl('print', target);
      const end = await programs.run(call);
      if (end.exitCode === unknownServiceCode) return unknownState;
      if (end.exitCode !== 0) throw programFailure(call, end);
      return await stateOf(end.output, programs, clock);
    },
    variables: async () => {
      const call = { program: 'plutil', args: ['-extract', 'EnvironmentVariables', 'json', '-o', '-', file] };
      const end = await programs.run(call);
      return end.exitCode === 0 ? (JSON.parse(end.output) as Record<string, string>) : undefined;
    },
    installCalls: (isChanged, state) => {
      if (state?.isLoaded !== true) return bootstrap;
      if (isChanged) return [launchctl('bootout', target), ...bootstrap];
      return state.isRunning ? [] : [launchctl('kickstart', target)];
    },
    uninstallCalls: { before: [launchctl('bootout', target)], after: [] },
    startCall: ({ isLoaded }) =>
      isLoaded ? launchctl('kickstart', target) : launchctl('bootstrap', domain, file),
    // A signal would only make launchd start it anew: it is unloaded until its next start.
    stopCall: launchctl('bootout', target),
    logCall: (lines, follows, dataDirectory) => ({
      program: 'tail',
      args: ['-n', String(lines), ...(follows ? ['-F'] : []), logFileOf(dataDirectory)],
    }),
    readLogLine: (line) => ({ atMs: null, text: line }),
  };
}

const unknownState: ServiceState = {
  isLoaded: false,
  isRunning: false,
  word: 'not loaded',
  startsByItself: false,
  sinceMs: null,
  processId: null,
  lastExit: null,
  restarts: null,
};

/** `launchctl print`: `state = running`, `pid = 4711`, `last exit code = 78: EX_CONFIG`, `runs = 3`. */
async function stateOf(output: string, programs: Programs, clock: Clock): Promise<ServiceState> {
  const fact = (name: string): string | undefined =>
    new RegExp(`^\\s*${name} = (.*)$`, 'm').exec(output)?.[1];
  const processId = Number(fact('pid') ?? 0);
  const isRunning = fact('state') === 'running' && processId > 0;
  const [code] = /^-?\d+/.exec(fact('last exit code') ?? '') ?? [];
  const runs = Number(fact('runs') ?? NaN);
  return {
    isLoaded: true,
    isRunning,
    word: fact('state') ?? 'unknown',
    startsByItself: true,
    sinceMs: isRunning ? clock.wall() - (await runningMs(processId, programs)) : null,
    processId: isRunning ? processId : null,
    lastExit: isRunning || code === undefined ? null : { number: Number(code), by: 'code' },
    restarts: Number.isInteger(runs) ? Math.max(0, runs - 1) : null,
  };
}

/** ps(1): `[[days-]hours:]minutes:seconds`. */
async function runningMs(processId: number, programs: Programs): Promise<number> {
  const text = await runProgram(programs, { program: 'ps', args: ['-o', 'etime=', '-p', String(processId)] });
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] =
    /^(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+)$/.exec(text.trim()) ?? [];
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
