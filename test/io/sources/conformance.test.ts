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

// Patience for a machine that is busy; nothing here is measured.
t.setTimeout(300_000);

/** `well`: a reading; `either`: one, or the error, and then of what was said nothing is wrong. */
const documented: Readonly<Record<Misbehaviour, ErrorCode | 'well' | 'either'>> = {
  status_400: 'answer_invalid',
  echo: 'answer_invalid',
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

/** What comes at later requests of a reading too; the others are told from these by the status alone. */
const comesLater: ReadonlySet<Misbehaviour> = new Set([
  'status_401',
  'status_429',
  'status_500',
  'moved',
  'echo',
  'page',
  'wrong_types',
  'changed_fields',
  'later_field',
  'cut',
  'silent',
]);

/** After how many good requests: none, one, and all but the last; those between are as the second. */
function placesOf(kind: Misbehaviour, requests: number): ReadonlySet<number> {
  return new Set(comesLater.has(kind) ? [0, Math.min(1, requests - 1), requests - 1] : [0]);
}

interface Bench {
  readonly server: ServiceServer;
  /** One reading, given up when the server falls silent. */
  read(): Promise<SourceAnswer>;
  /** All that was shown to anybody so far. */
  readonly shown: string[];
  /** Calling it again does nothing. */
  close(): Promise<void>;
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
  const close = async (): Promise<void> => {
    reader.close?.();
    http.close();
    await server.close();
  };
  t.teardown(close);
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
  return { server, read, shown, close };
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

/** What is said that a good reading does not say: of what it says too, another value; or a quantity that is made up. */
function wrongIn(answer: SourceAnswer, good: SourceAnswer): readonly string[] {
  const right = saidIn(good);
  return [...saidIn(answer)]
    .filter(([name, said]) => {
      if (name.endsWith(laterField)) return said !== laterValue;
      return right.has(name)
        ? !Object.is(said, right.get(name))
        : isQuantityName(name.split(' ').at(-1) ?? '');
    })
    .map(([name, said]) => `${name} is said to be ${said}`);
}

/** What an error does not say that it should. */
function lackingIn(error: GatewayError, kind: Misbehaviour, given: ConformanceCase): readonly string[] {
  const { code, message, hint = '', facts } = error;
  const lacking = [
    !/\S/.test(message) && 'a message',
    code !== 'connection_closed' && !/\S/.test(hint) && 'a hint',
    code === 'answer_invalid' && !('where' in facts) && !('status' in facts) && 'where',
    ...factsLacking(facts, kind, given),
  ];
  return lacking.filter((what) => what !== false).map((what) => `${code} lacks ${what}`);
}

function factsLacking(
  { location, retryAfterMs }: GatewayError['facts'],
  kind: Misbehaviour,
  { retryAfterMsMin = 0 }: ConformanceCase,
): readonly (string | false)[] {
  const waitMs = Math.max(retryAfterSeconds * 1_000, retryAfterMsMin);
  return [
    kind === 'moved' && location !== movedToHost && `its location, but ${location}`,
    kind === 'moved_here' && !/^\/v9/.test(String(location)) && `its new path, but ${location}`,
    kind.startsWith('status_429') && retryAfterMs !== waitMs && `the wait, but ${retryAfterMs}`,
  ];
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

function leakedIn(
  shown: readonly string[],
  source: SourceDefinition,
  given: ConformanceCase,
): readonly string[] {
  const all = shown.join('\n');
  return secretsOf(source, given)
    .filter((secret) => all.includes(secret))
    .map(() => 'a secret was shown');
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

/** What went otherwise than it should, in words. */
async function bear({ server, read, shown }: Bench, trial: Trial): Promise<readonly string[]> {
  const { source, given, kind, goodRequests, requests } = trial;
  const turns = kind === 'changed_fields' ? Math.ceil(changes / requests) : 1;
  const problems: string[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    server.misbehave(kind, turn === 0 ? goodRequests : 0);
    problems.push(...problemsOf(await outcomeOf(read()), trial));
  }
  problems.push(...leakedIn(shown, source, given));
  server.misbehave(undefined);
  const after = await outcomeOf(read());
  if (after instanceof GatewayError) problems.push(`it does not recover: ${after.message}`);
  return problems.map((problem) => `after ${goodRequests} good requests: ${problem}`);
}

function problemsOf(outcome: SourceAnswer | GatewayError, trial: Trial): readonly string[] {
  const { given, good, kind, goodRequests } = trial;
  const expected = given.differs?.[kind] ?? documented[kind];
  if (!(outcome instanceof GatewayError)) {
    // What only adds to a reading may fail without it.
    const mayBeWell = expected === 'well' || expected === 'either' || goodRequests > 0;
    return [...(mayBeWell ? [] : [`no ${expected}`]), ...wrongIn(outcome, good)];
  }
  const { code, message } = outcome;
  if (expected === 'either')
    return /^(answer_invalid|source_(missing|unavailable|refused))$/.test(code)
      ? []
      : [`${code}: ${message}`];
  return code === expected ? lackingIn(outcome, kind, given) : [`no ${expected}, but ${code}: ${message}`];
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
    t.same(leakedIn(shown, source, given), []);
    const { requests } = server;
    for (const kind of misbehaviours) {
      const problems: string[] = [];
      for (const goodRequests of placesOf(kind, requests)) {
        const bench = await open(t, source, given);
        problems.push(...(await bear(bench, { source, given, good, kind, goodRequests, requests })));
        await bench.close();
      }
      t.same(problems, [], `${kind}, at the first request and at later ones`);
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
  const others = new Set(['ads1115', 'ds18b20', 'dsmr', 'nut', 'tasmota-mqtt']);
  const missing = sources.map(({ id }) => id).filter((id) => !known.has(id) && !others.has(id));
  t.same(missing, [], 'each has a case in conformance-cases.ts');
  t.end();
});
