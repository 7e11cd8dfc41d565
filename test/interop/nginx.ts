import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Test } from 'tap';
import { OtherProgram } from './other-program.ts';
import type { IssuedCertificate } from './test-authority.ts';
import { scratchFolder } from './scratch-folder.ts';

const program = '/usr/sbin/nginx';

export const nginxMissing: string | false = existsSync(program)
  ? false
  : `nginx missing: there is no ${program} (apt-get install nginx-light)`;

/** One server of it, on a port of its own. */
export interface NginxServer {
  readonly name: string;
  /** Its chain, the leaf first; without one it is not encrypted. */
  readonly tls?: IssuedCertificate;
  /** Lines of its `server` block. */
  readonly lines?: readonly string[];
}

export interface Nginx {
  /** Of its servers, by their names. */
  readonly ports: ReadonlyMap<string, number>;
  /** Ports at which a request has arrived, so far. */
  askedPorts(): ReadonlySet<number>;
}

/** An nginx of this test's own, in the foreground and on 127.0.0.1. */
export async function startNginx(t: Test, servers: readonly NginxServer[]): Promise<Nginx> {
  const folder = scratchFolder(t);
  const ports = new Map<string, number>();
  for (const { name } of servers) ports.set(name, await freePort());
  for (const { name, tls } of servers) {
    if (tls === undefined) continue;
    writeFileSync(join(folder, `${name}.pem`), tls.certificate);
    writeFileSync(join(folder, `${name}.key`), tls.key, { mode: 0o600 });
  }
  mkdirSync(join(folder, 'html'));
  const path = join(folder, 'nginx.conf');
  writeFileSync(path, configuration(folder, servers, ports));
  const nginx = new OtherProgram(t, program, ['-p', folder, '-c', path, '-e', 'stderr']);
  for (const port of ports.values()) await accepting(port, nginx);
  const askedPorts = (): ReadonlySet<number> => {
    const lines = readFileSync(join(folder, 'access.log'), 'utf8').split('\n');
    return new Set(
      lines.filter((line) => / (GET|POST) /.test(line)).map((line) => Number.parseInt(line, 10)),
    );
  };
  return { ports, askedPorts };
}

function configuration(
  folder: string,
  servers: readonly NginxServer[],
  ports: ReadonlyMap<string, number>,
): string {
  const blocks = servers.map(({ name, tls, lines = [] }) => {
    const listen = `listen 127.0.0.1:${ports.get(name) ?? 0}${tls === undefined ? '' : ' ssl'};`;
    const certificate =
      tls === undefined
        ? []
        : [`ssl_certificate ${folder}/${name}.pem;`, `ssl_certificate_key ${folder}/${name}.key;`];
    return `server { ${[listen, ...certificate, ...lines].join(' ')} }`;
  });
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  return [
    'daemon off; master_process off; worker_processes 1;',
    `pid ${folder}/nginx.pid;`,
    'events { worker_connections 64; }',
    `http { log_format asked '$server_port $request '; access_log ${folder}/access.log asked; default_type application/json; ${places.join(' ')}`,
    ...blocks,
    '}',
  ].join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Returns when something listens there. Throws with what nginx said when it has ended. */
async function accepting(port: number, nginx: OtherProgram): Promise<void> {
  for (;;) {
    if (nginx.hasEnded) throw new Error(`nginx ended: ${nginx.output}`);
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      socket.destroy();
    }
  }
}
