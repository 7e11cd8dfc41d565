import type { HttpClient, HttpRequest } from '../../core/http.ts';
import type { Reach } from '../../core/network.ts';
import type { OptionValues } from '../../core/option-field.ts';
import { serverReach } from '../server-reach.ts';

/** The three interfaces in use; what else speaks the line protocol speaks one of them. */
export type InfluxVersion = '1' | '2' | '3';

/** How one InfluxDB is spoken to. */
export interface InfluxServer {
  /** Its address and where in it, for messages. */
  readonly where: string;
  /** The settings that say who we are. */
  readonly credentials: string;
  /** The setting that says where the points go. */
  readonly database: string;
  readonly secrets: readonly string[];
  write(body: string | Uint8Array, isCompressed: boolean): HttpRequest;
  /** Makes the database; false when the server does not let us, or does not know how. Errors: those of the client. */
  createDatabase(http: HttpClient, signal: AbortSignal): Promise<boolean>;
}

export interface InfluxAddress {
  /** Without a slash at the end, and without credentials. */
  readonly url: string;
  readonly database: string;
  readonly organisation: string;
  readonly retentionPolicy: string;
  readonly user: string;
  readonly password: string;
  readonly token: string;
}

export function influxAddress(options: OptionValues): InfluxAddress {
  const text = (name: string): string => String(options[name] ?? '');
  return {
    url: text('url').replace(/\/+$/, ''),
    database: text('database'),
    organisation: text('organisation'),
    retentionPolicy: text('retentionPolicy'),
    user: text('user'),
    password: text('password'),
    token: text('token'),
  };
}

export function influxServer(version: InfluxVersion, address: InfluxAddress): InfluxServer {
  const { url, database, token, password } = address;
  const shared = {
    where: `InfluxDB at ${new URL(url).host}, database ${database},`,
    secrets: [token, password].filter((secret) => secret.length > 2),
    database: 'database',
  };
  const write = (path: string, query: Record<string, string>) => {
    const target = urlOf(url, path, query);
    return (body: string | Uint8Array, isCompressed: boolean): HttpRequest => ({
      method: 'POST',
      url: target,
      headers: {
        ...authorisation(version, address),
        'content-type': 'text/plain; charset=utf-8',
        ...(isCompressed && { 'content-encoding': 'gzip' }),
      },
      body,
      reach: reachOf(address),
    });
  };
  switch (version) {
    case '1': {
      const policy: Record<string, string> =
        address.retentionPolicy === '' ? {} : { rp: address.retentionPolicy };
      return {
        ...shared,
        credentials: 'user and password',
        write: write('/write', { db: database, precision: 'ms', ...policy }),
        createDatabase: async (http, signal) => await createIn1(http, address, signal),
      };
    }
    case '2':
      return {
        ...shared,
        credentials: 'token and organisation',
        write: write('/api/v2/write', { org: address.organisation, bucket: database, precision: 'ms' }),
        createDatabase: async (http, signal) => await createIn2(http, address, signal),
      };
    case '3':
      return {
        ...shared,
        credentials: 'token',
        write: write('/api/v3/write_lp', { db: database, precision: 'millisecond', accept_partial: 'true' }),
        // It makes the database with the first write.
        createDatabase: () => Promise.resolve(false),
      };
  }
}

function reachOf({ url, token, password }: InfluxAddress): Reach {
  return serverReach(url.startsWith('https:'), token + password);
}

/** Never in the URL, where logs of servers and proxies keep them. */
function authorisation(
  version: InfluxVersion,
  { user, password, token }: InfluxAddress,
): Record<string, string> {
  if (version === '3') return token === '' ? {} : { authorization: `Bearer ${token}` };
  if (version === '2' || token !== '') return token === '' ? {} : { authorization: `Token ${token}` };
  if (user === '') return {};
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

async function createIn1(http: HttpClient, address: InfluxAddress, signal: AbortSignal): Promise<boolean> {
  const name = address.database.replace(/["\\]/g, '\\$&');
  const { status } = await http.request(
    {
      method: 'POST',
      url: urlOf(address.url, '/query', {}),
      headers: {
        ...authorisation('1', address),
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ q: `CREATE DATABASE "${name}"` }).toString(),
      reach: reachOf(address),
    },
    signal,
  );
  return status === 200;
}

/** A bucket belongs to an organisation, which is known by its id there. */
async function createIn2(http: HttpClient, address: InfluxAddress, signal: AbortSignal): Promise<boolean> {
  const { url, organisation, database } = address;
  const headers = { ...authorisation('2', address), 'content-type': 'application/json' };
  const found = await http.request(
    { url: urlOf(url, '/api/v2/orgs', { org: organisation }), headers, reach: reachOf(address) },
    signal,
  );
  const id = /"id"\s*:\s*"([0-9a-f]{16})"/.exec(new TextDecoder().decode(found.body))?.[1];
  if (found.status !== 200 || id === undefined) return false;
  const body = JSON.stringify({ orgID: id, name: database, retentionRules: [] });
  const made = await http.request(
    { method: 'POST', url: urlOf(url, '/api/v2/buckets', {}), headers, body, reach: reachOf(address) },
    signal,
  );
  return made.status === 201;
}

function urlOf(url: string, path: string, query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? url + path : `${url}${path}?${text}`;
}
