import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Test } from 'tap';

const program = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/usr/bin/mosquitto'].find((path) =>
  existsSync(path),
);

/** Why tests with a real broker cannot run here; false when they can. */
export const mosquittoMissing: string | false =
  program === undefined ? 'mosquitto is not installed: apt-get install mosquitto' : false;

export interface Mosquitto {
  readonly port: number;
  /** Ends it without a word to anybody. */
  kill(): Promise<void>;
}

/** A broker on 127.0.0.1 with these lines of configuration, until the test is over. A port is found unless given. */
export async function startMosquitto(
  t: Test,
  lines: readonly string[] = ['allow_anonymous true'],
  files: Readonly<Record<string, string>> = {},
  port?: number,
): Promise<Mosquitto> {
  const directory = mkdtempSync(join(tmpdir(), 'egw-mosquitto-'));
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(directory, name), text, { mode: 0o600 });
  const listening = port ?? (await freePort());
  const config = [
    `listener ${listening} 127.0.0.1`,
    'persistence false',
    'log_type all',
    // It gives up root's rights otherwise, and with them the directory.
    `user ${process.getuid?.() === 0 ? 'root' : ''}`.trim(),
    ...lines.map((line) => line.replaceAll('%DIR%', directory)),
  ].filter((line) => line !== 'user');
  writeFileSync(join(directory, 'mosquitto.conf'), `${config.join('\n')}\n`);
  const broker = spawn(program ?? '', ['-c', join(directory, 'mosquitto.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(broker, 'close');
  const said: string[] = [];
  const kill = async (): Promise<void> => {
    broker.kill('SIGKILL');
    await ended;
  };
  t.teardown(async () => {
    await kill();
    rmSync(directory, { recursive: true, force: true });
  });
  const running = new Promise<void>((resolve) => {
    createInterface({ input: broker.stderr }).on('line', (line) => {
      said.push(line);
      if (/version \S+ running/.test(line)) resolve();
    });
  });
  await Promise.race([
    running,
    ended.then(() => Promise.reject(new Error(`mosquitto ended: ${said.join('; ')}`))),
  ]);
  return { port: listening, kill };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
