import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Two ends of a serial line that exists in memory only. */
export interface SerialLine {
  readonly ends: readonly [string, string];
  close(): void;
}

/** Needs socat. A pseudo-terminal takes no time: whoever answers on it has to. */
export async function openSerialLine(): Promise<SerialLine> {
  const folder = mkdtempSync(join(tmpdir(), 'egw-line-'));
  const ends = [join(folder, 'a'), join(folder, 'b')] as const;
  const terminals = ends.map((path) => `PTY,link=${path},raw,echo=0`);
  const socat = spawn('socat', ['-d', '-d', ...terminals], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  for await (const text of socat.stderr) {
    said += String(text);
    if (said.includes('starting data transfer loop')) break;
  }
  if (socat.exitCode !== null) throw new Error(`socat ended: ${said}`);
  // socat ends when an end is closed by the last who had it open.
  const held = ends.map((path) =>
    openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK),
  );
  return {
    ends,
    close: () => {
      for (const end of held) closeSync(end);
      socat.kill();
      void once(socat, 'exit').then(() => rmSync(folder, { recursive: true, force: true }));
    },
  };
}
