import { createServer } from 'node:net';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Test } from 'tap';
import { serveOverLine } from '../../modbus-sim/radio/hci-line.ts';
import type { VirtualController } from '../../../modbus-sim/radio/virtual-controller.ts';

/** Lines that a process has said, and how it is ended. */
export interface RunningPart {
  says(pattern: RegExp): Promise<void>;
  readonly lines: readonly string[];
  hasEnded(): boolean;
  kill(): Promise<void>;
}

/** A controller behind a UNIX socket: each connection is a host, that of before being gone. */
export async function listenForHosts(t: Test, controller: VirtualController, path: string): Promise<void> {
  const server = createServer((socket) => serveOverLine(controller, socket));
  server.listen(path);
  await once(server, 'listening');
  t.teardown(() => server.close());
}

/** A terminal at `terminal` that leads to the controller; gone when its user closes it, so one for each user. */
export async function openTerminal(t: Test, socket: string, terminal: string): Promise<RunningPart> {
  const part = startPart(t, '/usr/bin/socat', [
    ...['-d', '-d', `PTY,link=${terminal},raw,echo=0,waitslave`],
    `UNIX-CONNECT:${socket}`,
  ]);
  while (!existsSync(terminal)) await new Promise((resolve) => setTimeout(resolve, 10));
  return part;
}

/** `ble/main.ts`, as it is shipped. */
export async function startRadio(t: Test, directory: string, terminal: string): Promise<RunningPart> {
  const part = startPart(
    t,
    process.execPath,
    ['--no-warnings', fileURLToPath(new URL('../../../ble/main.ts', import.meta.url))],
    {
      EGW_DATA_DIR: directory,
      BLUETOOTH_HCI_SOCKET_UART_PORT: terminal,
    },
  );
  await part.says(/the Bluetooth adapter is on/);
  return part;
}

/** The gateway of the bench in a process of its own. */
export async function startGateway(
  t: Test,
  directory: string,
  stepMs: number,
  kind: 'all' | 'plain' = 'all',
): Promise<RunningPart> {
  const program = fileURLToPath(new URL('./gateway-child.ts', import.meta.url));
  const part = startPart(t, process.execPath, ['--no-warnings', program, directory, String(stepMs), kind]);
  await part.says(/^ready$/);
  return part;
}

/** Any other, ended with the test. */
export function startPart(
  t: Test,
  command: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): RunningPart {
  const child = spawn(command, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...environment },
  });
  const lines: string[] = [];
  let wake: () => void = () => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      wake();
    });
  }
  child.once('exit', () => wake());
  const kill = async (): Promise<void> => await killed(child);
  t.teardown(kill);
  return {
    lines,
    kill,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    says: async (pattern) => {
      while (!lines.some((line) => pattern.test(line))) {
        if (child.exitCode !== null) throw new Error(`${command} ended:\n${lines.join('\n')}`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

/** SIGKILL, and by its own id. */
async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
