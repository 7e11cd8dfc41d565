import t from 'tap';
import type { Test } from 'tap';
import { monotonicMs, wallMs } from '../../../gateway/core/clock.ts';
import { GatewayError, type ErrorCode } from '../../../gateway/core/errors.ts';
import type { Logger } from '../../../gateway/core/logger.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { isQuantityName } from '../../../gateway/core/quantity.ts';
import { sources } from '../../../gateway/io/sources/index.ts';
import type { SourceAnswer, SourceDefinition, SourcePorts } from '../../../gateway/io/sources/source.ts';
import { createRealHttp } from '../../../gateway/system/real-http.ts';
import { laterField, laterValue } from '../../../modbus-sim/services/changed-answer.ts';
import {
  misbehaviours,
  movedToHost,
  retryAfterSeconds,
  type Misbehaviour,
} from '../../../modbus-sim/services/misbehaviour.ts';
import { ServiceServer } from '../../../modbus-sim/services/service-server.ts';
import { makeCertificate } from '../../system/self-made-certificate.ts';
import { conformanceCases, type ConformanceCase } from './conformance-cases.ts';

/** `well`: a reading; `either`: one, or the error, and then of what was said nothing is wrong. */
const documented: Readonly<Record<Misbehaviour, ErrorCode | 'well' | 'either'>> = {
  status_400: 'answer_invalid',
  status_401: 'source_refused',
  status_403: 'source_refused',
  status_404: 'source_missing',
  status_410: 'source_missing',
  status_429: 'rate_limited',
  status_429_date: 'rate_limited',
  status_500: 'source_unavailable',
  status_503: 'source_unavailable',
  moved: 'source_missing',
  moved_here: 'source_missing',
  page: 'answer_invalid',
  empty: 'answer_invalid',
  huge: 'answer_invalid',
  wrong_types: 'answer_invalid',
  changed_fields: 'either',
  later_field: 'well',
  half: 'answer_invalid',
  cut: 'connection_closed',
  reset: 'connection_closed',
  silent: 'connection_timeout',
};

/** How often a field is added and another taken away, at places drawn anew. */
const changes = 24;

const certificate = makeCertificate({ commonName: 'device' });

interface Bench {
  readonly server: ServiceServer;
  /** One reading, given up when the server falls silent. */
  read(): Promise<SourceAnswer>;
  /** All that was shown to anybody so far. */
  readonly shown: string[];
}

async function open(t: Test, source: SourceDefinition, given: ConformanceCase): Promise<Bench> {
  let abort = new AbortController();
  const server = await ServiceServer.start({
    service: given.service(),
    nowMs: () => given.nowMs,
    onSilence: () => abort.abort(),
    ...(given.isSecure === true && certificate !== undefined && { tls: certificate }),
  });
  const shown: string[] = [];
  const http = createRealHttp({
    resolver: { resolve: (host) => Promise.resolve([host]) },
    refuseAddress: () => undefined,
  });
  const clock = { nowMs: given.nowMs };
  const ports = portsOf(given.id, clock, http, shown);
  const reader = source.open(optionsOf(source, given, server.url), ports);
  t.teardown(async () => {
    reader.close?.();
    http.close();
    await server.close();
  });
  const read = async (): Promise<SourceAnswer> => {
    abort = new AbortController();
    clock.nowMs += given.readingGapMs ?? 0;
    try {
      return await reader.read(abort.signal);
    } catch (error) {
      shown.push(...wordsOf(error));
      throw error;
    }
  };
  return { server, read, shown };
}

function optionsOf(source: SourceDefinition, given: ConformanceCase, url: string): OptionValues {
  const defaults = Object.entries(source.options).map(([name, field]) => [name, field.default] as const);
  return { ...Object.fromEntries(defaults), ...given.options(url) };
}

function unknownOptions(source: SourceDefinition, given: ConformanceCase): readonly string[] {
  return Object.keys(given.options('http://127.0.0.1')).filter(
    (name) => !Object.hasOwn(source.options, name),
  );
}

function portsOf(
  id: string,
  time: { readonly nowMs: number },
  http: SourcePorts['http'],
  shown: string[],
): SourcePorts {
  const kept = new Map<string, string>();
  const unused = (): Promise<never> =>
    Promise.reject(new GatewayError('internal_error', 'no source that asks over HTTP needs it'));
  const log = (facts: object, message: string): void => void shown.push(message, JSON.stringify(facts));
  const logger: Logger = { debug: log, info: log, warn: log, error: log, child: () => logger };
  return {
    id,
    clock: { wall: () => wallMs(time.nowMs), monotonic: () => monotonicMs(time.nowMs) },
    logger,
    http,
    network: { connectTcp: unused },
    serial: { open: unused },
    secrets: {
      load: (name) => Promise.resolve(kept.get(name)),
      save: (name, text) => Promise.resolve(void kept.set(name, text)),
    },
    work: { run: unused },
    zone: 'Europe/Paris',
  };
}

/** All that an error says, its causes included. */
function wordsOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  const facts = error instanceof GatewayError ? [error.hint ?? '', JSON.stringify(error.facts)] : [];
  return [error.message, ...facts, ...(error.cause === undefined ? [] : wordsOf(error.cause))];
}

/** Everything that was said, by part and name. */
function saidIn({ values, texts }: SourceAnswer): ReadonlyMap<string, number | string> {
  const name = (part: string | undefined, quantity: string) =>
    part === undefined ? quantity : `${part} ${quantity}`;
  return new Map<string, number | string>([
    ...values.map(({ part, quantity, value }) => [name(part, quantity), value] as const),
    ...texts.map(({ part, quantity, text }) => [name(part, quantity), text] as const),
  ]);
}

function secretsOf(source: SourceDefinition, given: ConformanceCase): readonly string[] {
  const options = given.options('http://127.0.0.1');
  const own = Object.entries(source.options).map(([name, { isSecret }]) => (isSecret ? options[name] : ''));
  return [...own.map((value) => (typeof value === 'string' ? value : '')), ...(given.secrets ?? [])].filter(
    (secret) => secret !== '',
  );
}

async function outcomeOf(reading: Promise<SourceAnswer>): Promise<SourceAnswer | GatewayError> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

/** What is said is what a good reading says, or a number of the answer that the good one has too: none is made up. */
function checkNothingWrong(t: Test, answer: SourceAnswer, good: SourceAnswer): void {
  const right = saidIn(good);
  const wrong = [...saidIn(answer)].filter(([name, said]) => {
    if (name.endsWith(laterField)) return said !== laterValue;
    return right.has(name) ? !Object.is(said, right.get(name)) : isQuantityName(name.split(' ').at(-1) ?? '');
  });
  t.same(wrong, [], 'nothing else is said than in a whole answer');
}

function checkError(t: Test, error: GatewayError, kind: Misbehaviour, given: ConformanceCase): void {
  t.match(error.message, /\S/);
  if (kind === 'moved') t.equal(error.facts['location'], movedToHost);
  if (kind === 'moved_here') t.match(error.facts['location'], /^\/v9/);
  if (kind.startsWith('status_429')) {
    const waitMs = Math.max(retryAfterSeconds * 1_000, given.retryAfterMsMin ?? 0);
    t.equal(error.facts['retryAfterMs'], waitMs);
  }
  if (error.code !== 'connection_closed') t.match(error.hint, /\S/, 'it says what to do');
  if (error.code === 'answer_invalid') t.match(error.facts['where'] ?? error.facts['status'], /\S/);
}

function checkGood(t: Test, answer: SourceAnswer, given: ConformanceCase): void {
  const said = saidIn(answer);
  for (const [name, expected] of Object.entries(given.good)) t.equal(said.get(name), expected, name);
  t.ok(answer.values.length > 0);
  t.equal(said.size, answer.values.length + answer.texts.length, 'a name comes once a part');
  const odd = answer.values.filter(
    ({ value, quality = 'good' }) =>
      !Number.isFinite(value) && quality !== 'missing' && quality !== 'sensor_error',
  );
  t.same(odd, [], 'a value is a number, or is said to be missing');
}

function checkSecrets(
  t: Test,
  shown: readonly string[],
  source: SourceDefinition,
  given: ConformanceCase,
): void {
  const leaked = secretsOf(source, given).filter((secret) => shown.join('\n').includes(secret));
  t.same(leaked, [], 'no secret was shown');
}

interface Trial {
  readonly source: SourceDefinition;
  readonly given: ConformanceCase;
  readonly good: SourceAnswer;
  readonly kind: Misbehaviour;
  /** How many requests are answered well before, of how many that a reading takes. */
  readonly goodRequests: number;
  readonly requests: number;
}

async function bear(t: Test, { server, read, shown }: Bench, trial: Trial): Promise<void> {
  const { source, given, good, kind, goodRequests, requests } = trial;
  const expected = given.differs?.[kind] ?? documented[kind];
  const turns = kind === 'changed_fields' ? Math.ceil(changes / requests) : 1;
  for (let turn = 0; turn < turns; turn += 1) {
    server.misbehave(kind, turn === 0 ? goodRequests : 0);
    const outcome = await outcomeOf(read());
    if (!(outcome instanceof GatewayError)) {
      // What only adds to a reading may fail without it.
      t.ok(expected === 'well' || expected === 'either' || goodRequests > 0, `${expected} is told`);
      checkNothingWrong(t, outcome, good);
    } else if (expected === 'either') {
      t.match(outcome.code, /^(answer_invalid|source_missing|source_unavailable|source_refused)$/);
    } else {
      t.equal(outcome.code, expected, `after ${goodRequests} good requests: ${outcome.message}`);
      checkError(t, outcome, kind, given);
    }
  }
  checkSecrets(t, shown, source, given);
  server.misbehave(undefined);
  t.ok((await read()).values.length > 0, 'and then a good reading works');
}

for (const given of conformanceCases) {
  const source = sources.find(({ id }) => id === given.id);
  if (source === undefined) {
    t.fail(`there is no source ${given.id}`);
    continue;
  }
  if (given.isSecure === true && certificate === undefined) {
    t.fail(`${given.id}: the openssl program is missing`, { skip: 'openssl is missing' });
    continue;
  }
  const name = [given.id, given.name].filter((word) => word !== undefined).join(' ');
  t.test(`${name} reads what its service says, and bears what a server may do`, async (t) => {
    t.same(unknownOptions(source, given), [], 'its case gives no option that it has not');
    const { read, server, shown } = await open(t, source, given);
    const good = await read();
    checkGood(t, good, given);
    checkSecrets(t, shown, source, given);
    const { requests } = server;
    for (const kind of misbehaviours) {
      await t.test(`${kind}, at whichever request it comes`, async (t) => {
        for (let goodRequests = 0; goodRequests < requests; goodRequests += 1)
          await bear(t, await open(t, source, given), { source, given, good, kind, goodRequests, requests });
      });
    }
  });

  t.test(`${name} keeps a field that it does not know`, async (t) => {
    const { server, read } = await open(t, source, given);
    server.misbehave('later_field');
    const names = [...saidIn(await read()).keys()];
    t.ok(
      names.some((name) => name.endsWith(laterField)),
      names.join(', '),
    );
  });
}

t.test('every source that asks over HTTP is here', (t) => {
  const known = new Set(conformanceCases.map(({ id }) => id));
  const others = new Set(['ads1115', 'ds18b20', 'dsmr']);
  const missing = sources.map(({ id }) => id).filter((id) => !known.has(id) && !others.has(id));
  t.same(missing, [], 'each has a case in conformance-cases.ts');
  t.end();
});
