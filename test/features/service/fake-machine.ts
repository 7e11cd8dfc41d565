import type { Disk } from '../../../gateway/core/disk.ts';
import { commandLineOf, type ProgramEnd, type Programs } from '../../../gateway/core/programs.ts';
import type { ServiceHost, ServiceParts } from '../../../gateway/features/service/service-host.ts';

/** What a program answers: what it prints, or how it fails. */
export type Answer = string | { readonly exitCode: number; readonly errors: string };

/** A machine whose programs answer as they are told, by the beginning of the command line. */
export interface FakeMachine {
  readonly parts: ServiceParts;
  readonly files: Map<string, string>;
  /** Command lines, in their order. */
  readonly ran: string[];
  readonly answers: Record<string, Answer>;
}

export const running = [
  'LoadState=loaded',
  'ActiveState=active',
  'SubState=running',
  'UnitFileState=enabled',
  'MainPID=4711',
  'NRestarts=2',
  'ExecMainCode=0',
  'ExecMainStatus=0',
  'ActiveEnterTimestamp=Sat 2026-03-07 08:15:00 UTC',
  'Environment=EGW_DATA_DIR=/home/ann/.local/state/egw',
].join('\n');

export const absent = 'LoadState=not-found\nActiveState=inactive\nSubState=dead\nUnitFileState=\nMainPID=0\n';

export function fakeMachine(host: Partial<ServiceHost> = {}): FakeMachine {
  const files = new Map<string, string>();
  const ran: string[] = [];
  const answers: Record<string, Answer> = {};
  const answer = (line: string): ProgramEnd => {
    ran.push(line);
    const key = Object.keys(answers).find((start) => line.startsWith(start)) ?? '';
    const said = answers[key] ?? '';
    return typeof said === 'string' ? { exitCode: 0, output: said, errors: '' } : { output: '', ...said };
  };
  const programs: Programs = {
    run: (call) => Promise.resolve(answer(commandLineOf(call))),
    follow: (call, onLine) => {
      const end = answer(commandLineOf(call));
      for (const line of end.output.split('\n').filter((text) => text !== '')) onLine(line);
      return Promise.resolve({ ...end, output: '' });
    },
  };
  const disk: Disk = {
    readText: (path) => files.get(path),
    writeText: (path, text) => void files.set(path, text),
    remove: (path) => void files.delete(path),
  };
  const clock = { wall: () => Date.parse('2026-03-07T09:00:00Z') as never, monotonic: () => 0 as never };
  return {
    files,
    ran,
    answers,
    parts: {
      host: {
        platform: 'linux',
        isSystemdBooted: true,
        isContainer: false,
        userId: 1000,
        userName: 'ann',
        home: '/home/ann',
        program: ['/opt/egw/node', '/opt/egw/dist/gateway/main.js'],
        environment: { HOME: '/home/ann' },
        fileMode: () => 0o600,
        ...host,
      },
      programs,
      disk,
      clock,
      askGateway: (directory) => {
        ran.push(`ask ${directory}`);
        return Promise.resolve(
          files.has(`${directory}/egw.sock`)
            ? { status: 'ok', version: '1.2.3', uptimeMs: 1 }
            : { refusal: 'nobody answers' },
        );
      },
      defaultDataDirectory: ({ EGW_DATA_DIR: told, HOME: home }) => told ?? `${home ?? ''}/.local/state/egw`,
    },
  };
}
