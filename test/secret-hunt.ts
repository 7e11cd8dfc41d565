import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import type { OptionField, OptionFields } from '../gateway/core/option-field.ts';
import { sinks } from '../gateway/io/sinks/index.ts';
import { sources } from '../gateway/io/sources/index.ts';

const main = join(import.meta.dirname, '..', 'gateway', 'main.ts');

/** What a gateway with a secret in every option that takes one gave away. */
export interface HuntReport {
  /** Secrets that were told in all. */
  readonly secrets: number;
  /** Which of them was seen, and where. */
  readonly hits: readonly string[];
  /** Files of its data directory that others may read, besides what its owner put there. */
  readonly openFiles: readonly string[];
  /** Routes that answered a stranger, or one with a usual password, and are not open. */
  readonly openRoutes: readonly string[];
  /** Routes that were asked. */
  readonly routes: number;
  /** Requests that reached the server that all sources and sinks were told of: 0 would prove nothing. */
  readonly received: number;
}

interface Secret {
  readonly place: string;
  readonly text: string;
}

/**
 * Runs a gateway whose sources and sinks are told secrets, at a server that refuses them and repeats every word it
 * hears, asks every route, and looks for the secrets in all that it says and writes.
 */
export async function huntSecrets(): Promise<HuntReport> {
  const folder = mkdtempSync(join(tmpdir(), 'egw-secrets-'));
  const echo = await startEchoingServer();
  const secrets: Secret[] = [];
  writeFileSync(join(folder, 'egw.yaml'), stringify(configuration(echo.port, secrets)), { mode: 0o600 });
  const gateway = new RunningGateway(folder);
  try {
    const { url, token } = await gateway.ready();
    const answers = new Map<string, string>();
    const openRoutes: string[] = [];
    const routes = await getRoutes(url, token);
    await echo.heard(4);
    for (const { path, isOpen } of routes) {
      answers.set(`GET ${path}`, await ask(`${url}${path}`, `Bearer ${token}`));
      if (isOpen) continue;
      for (const credential of [undefined, ...usualPasswords])
        if (await isAnswered(`${url}${path}`, credential)) openRoutes.push(path);
    }
    const openFiles = readdirSync(folder).filter((name) => isOpenToOthers(join(folder, name)));
    await gateway.stop();
    const written = readdirSync(folder)
      .filter((name) => name !== 'egw.yaml' && lstatSync(join(folder, name)).isFile())
      .map((name): [string, string] => [`file ${name}`, readFileSync(join(folder, name), 'latin1')]);
    const places: [string, string][] = [['log', gateway.output], ...answers, ...written];
    const sought = [...secrets, { place: 'a bearer token', text: token }];
    const hits = places.flatMap(([place, text]) =>
      sought.filter((secret) => holds(text, secret.text)).map((secret) => `${secret.place} in ${place}`),
    );
    return {
      secrets: sought.length,
      hits,
      openFiles,
      openRoutes,
      routes: routes.length,
      received: echo.count(),
    };
  } finally {
    await gateway.stop();
    echo.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const usualPasswords = ['admin:admin', 'admin:', 'root:root', 'egw:egw', 'admin:password'].map(
  (pair) => `Basic ${Buffer.from(pair).toString('base64')}`,
);

/** As it is, and as it goes over the wire. */
function holds(text: string, secret: string): boolean {
  const forms = [
    secret,
    Buffer.from(secret).toString('base64').slice(0, -4),
    Buffer.from(secret).toString('hex'),
  ];
  return forms.some((form) => text.includes(form));
}

function isOpenToOthers(path: string): boolean {
  return (lstatSync(path).mode & 0o077) !== 0;
}

/** Every kind that has a secret, once, with all its secrets told. */
function configuration(port: number, secrets: Secret[]): unknown {
  const items = (
    kinds: readonly { readonly id: string; readonly options: OptionFields }[],
    prefix: string,
  ): unknown[] =>
    kinds
      .filter(({ options }) => Object.values(options).some(({ isSecret }) => isSecret === true))
      .map(({ id, options }) => ({
        id: `${prefix}-${id}`,
        kind: id,
        ...optionsOf(id, options, { port, secrets }),
      }));
  const botToken = `canary${randomBytes(16).toString('hex')}`;
  secrets.push({ place: 'discord.token', text: botToken });
  return {
    network: { allowLoopbackDevices: true },
    log: { level: 'debug' },
    sources: items(sources, 'source'),
    sinks: items(sinks, 'sink'),
    discord: { token: botToken, guild: '114000000000000000', apiUrl: `http://127.0.0.1:${port}/api` },
  };
}

function optionsOf(
  kind: string,
  fields: OptionFields,
  { port, secrets }: { readonly port: number; readonly secrets: Secret[] },
): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    if (field.isSecret === true) {
      const text = `canary${randomBytes(16).toString('hex')}`;
      secrets.push({ place: `${kind}.${name}`, text });
      options[name] = text;
    } else if (name === 'port') options[name] = port;
    else if (field.default === undefined && field.isOptional === undefined)
      options[name] = usualValue(name, field, port);
  }
  return options;
}

function usualValue(name: string, { type, values, min }: OptionField, port: number): unknown {
  if (name === 'url') return `http://127.0.0.1:${port}`;
  if (name === 'host') return '127.0.0.1';
  if (name === 'zone') return 'FR';
  if (type === 'choice') return values?.[0];
  if (type === 'number' || type === 'integer') return Math.max(min ?? 1, 1);
  return 'plug';
}

interface Route {
  readonly path: string;
  readonly isOpen: boolean;
}

interface OpenApi {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly security?: readonly unknown[] }>>>
  >;
}

async function getRoutes(url: string, token: string): Promise<readonly Route[]> {
  const document = JSON.parse(await ask(`${url}/api/openapi.json`, `Bearer ${token}`)) as OpenApi;
  return Object.entries(document.paths).flatMap(([path, { get }]) => {
    if (get === undefined || /events|live/.test(path)) return [];
    return [{ path: path.replaceAll(/\{[^}]*\}/g, 'source-evohome'), isOpen: get.security?.length === 0 }];
  });
}

async function ask(url: string, authorization: string): Promise<string> {
  const answer = await fetch(url, { headers: { authorization }, signal: AbortSignal.timeout(20_000) });
  return await answer.text();
}

async function isAnswered(url: string, authorization: string | undefined): Promise<boolean> {
  const headers = authorization === undefined ? {} : { authorization };
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(20_000) });
  await answer.text();
  return answer.ok;
}

/** Refuses everything, and puts all that it heard into its answer. */
async function startEchoingServer(): Promise<{
  readonly port: number;
  count(): number;
  heard(requests: number): Promise<void>;
  close(): void;
}> {
  let count = 0;
  let changed = Promise.withResolvers<undefined>();
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('latin1').on('data', (text: string) => (body += text));
    request.on('end', () => {
      count += 1;
      changed.resolve(undefined);
      changed = Promise.withResolvers();
      response.writeHead(403, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ message: `refused: ${request.url ?? ''} ${request.rawHeaders.join(' ')} ${body}` }),
      );
    });
  });
  server.on('clientError', (_, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    count: () => count,
    heard: async (requests) => {
      while (count < requests) await changed.promise;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A gateway of its own, and a token with all scopes that its owner's socket gave. */
class RunningGateway {
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #address = Promise.withResolvers<string>();
  output = '';

  constructor(folder: string) {
    this.#folder = folder;
    this.#child = spawn(process.execPath, ['--no-warnings', main], {
      env: {
        EGW_DATA_DIR: folder,
        EGW_PORT: '0',
        EGW_HOST: '127.0.0.1',
        EGW_LOG: 'json',
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#closed = once(this.#child, 'close').then(() => this.#address.reject(new Error(this.output)));
    for (const stream of [this.#child.stdout, this.#child.stderr])
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.#hear(line));
  }

  async ready(): Promise<{ readonly url: string; readonly token: string }> {
    const url = await this.#address.promise;
    const scopes = ['read', 'control', 'jobs:run', 'modbus:raw', 'admin', 'provision'];
    const made = (await this.#local('POST', '/api/v1/tokens', { scope: scopes })) as {
      readonly token: string;
    };
    return { url, token: made.token };
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#closed;
  }

  #hear(line: string): void {
    this.output += `${line}\n`;
    const address = /"address":"([^"]+)"/.exec(line)?.[1];
    if (address !== undefined) this.#address.resolve(address);
  }

  async #local(method: string, path: string, body: unknown): Promise<unknown> {
    const { request } = await import('node:http');
    const asked = request({
      socketPath: join(this.#folder, 'egw.sock'),
      method,
      path,
      headers: { 'content-type': 'application/json' },
    });
    asked.end(JSON.stringify(body));
    const [answer] = (await once(asked, 'response')) as [AsyncIterable<Buffer>];
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part);
    return JSON.parse(Buffer.concat(parts).toString());
  }
}
