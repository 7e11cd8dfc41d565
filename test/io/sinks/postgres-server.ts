import { execFileSync, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Test } from 'tap';

const versions = '/usr/lib/postgresql';
const programs = existsSync(versions)
  ? readdirSync(versions)
      .map((version) => join(versions, version, 'bin'))
      .find((directory) => existsSync(join(directory, 'postgres')))
  : undefined;

/** Why tests with a real server cannot run here; false when they can. */
export const postgresMissing: string | false =
  programs === undefined ? 'PostgreSQL is not installed: apt-get install postgresql' : false;

export interface PostgresServer {
  readonly port: number;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** The user that the tests are; root may not run it, and lends it to `nobody`. */
const unprivileged = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

export const superuser = { user: 'postgres', password: 'right horse' } as const;

/** A server on 127.0.0.1 that asks for passwords, without its fsyncs, until the test is over. */
export async function startPostgres(t: Test, settings: readonly string[] = []): Promise<PostgresServer> {
  const directory = mkdtempSync(join(tmpdir(), 'egw-postgres-'));
  chmodSync(directory, 0o777);
  const options: SpawnOptions = {
    ...unprivileged,
    cwd: directory,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
  };
  const [data, passwordFile] = [join(directory, 'data'), join(directory, 'password')];
  writeFileSync(passwordFile, superuser.password);
  const words = ['-D', data, '-U', superuser.user, '-E', 'UTF8', '-A', 'scram-sha-256', '--no-sync'];
  execFileSync(join(programs ?? '', 'initdb'), [...words, `--pwfile=${passwordFile}`], {
    ...options,
    stdio: 'ignore',
  });
  const port = await freePort();
  const configured = ['fsync=off', `unix_socket_directories=${directory}`, 'listen_addresses=127.0.0.1'];
  const flags = [...configured, `port=${port}`, 'shared_buffers=8MB', ...settings].flatMap((one) => [
    '-c',
    one,
  ]);
  let kill = await run(join(programs ?? '', 'postgres'), ['-D', data, ...flags], options);
  t.teardown(async () => {
    await kill();
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    port,
    kill: () => kill(),
    restart: async () => {
      await kill();
      kill = await run(join(programs ?? '', 'postgres'), ['-D', data, ...flags], options);
    },
  };
}

/** Until it says that it is ready; answers how to end it. */
async function run(
  program: string,
  words: readonly string[],
  options: SpawnOptions,
): Promise<() => Promise<void>> {
  const server = spawn(program, words, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(server, 'close');
  const said: string[] = [];
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: server.stderr }).on('line', (line) => {
      said.push(line);
      if (line.includes('ready to accept connections')) resolve();
    });
  });
  await Promise.race([ready, ended.then(() => Promise.reject(new Error(said.join('; '))))]);
  return async () => {
    // SIGQUIT ends its children with it, at once and without writing anything.
    server.kill('SIGQUIT');
    await ended;
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
