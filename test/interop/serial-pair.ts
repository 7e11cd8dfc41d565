import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { SerialEndpoint } from '../../gateway/io/transports/transport.ts';
import { OtherProgram } from './other-program.ts';
import { scratchFolder } from './scratch-folder.ts';

/** As most devices come. A pseudo-terminal takes any, and is faster than all of them. */
const lineSettings = { baudRate: 9_600, parity: 'none', stopBits: 1 } as const;

/** Two ends of one serial line that exists in memory only. */
export async function serialPair(t: Test): Promise<{ ours: SerialEndpoint; theirs: SerialEndpoint }> {
  const folder = scratchFolder(t);
  const paths = [join(folder, 'ours'), join(folder, 'theirs')];
  const terminals = paths.map((path) => `PTY,link=${path},raw,echo=0`);
  const socat = new OtherProgram(t, '/usr/bin/socat', ['-d', '-d', ...terminals]);
  await socat.says(/starting data transfer loop/);
  // socat ends when an end is closed by the last who had it open.
  for (const path of paths) {
    const end = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    t.teardown(() => closeSync(end));
  }
  const [ours = '', theirs = ''] = paths;
  return { ours: { path: ours, ...lineSettings }, theirs: { path: theirs, ...lineSettings } };
}

/** How a program of ours is told of a line on its command line: path, rate, parity, stop bits. */
export function lineWords({ path, baudRate, parity, stopBits }: SerialEndpoint): string[] {
  return [path, String(baudRate), parity.charAt(0).toUpperCase(), String(stopBits)];
}
