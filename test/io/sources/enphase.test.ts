import { readFileSync } from 'node:fs';
import t from 'tap';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { readProduction } from '../../../gateway/io/sources/enphase-production.ts';
import { enphase } from '../../../gateway/io/sources/enphase.ts';
import type { SourceReader } from '../../../gateway/io/sources/source.ts';
import { EnphaseService } from '../../../modbus-sim/services/enphase-service.ts';
import type { EnphaseServiceOptions } from '../../../modbus-sim/services/enphase-service.ts';
import { SimulatedHome } from '../../../modbus-sim/home.ts';
import { doubleNames, noAnswer, SourceBench, textOf, valueOf } from './source-bench.ts';

const { signal } = new AbortController();
const dayMs = 86_400_000;
const startMs = Date.UTC(2026, 5, 12, 11);
const expiresMs = startMs + 30 * dayMs + 60_000;
const token = jsonWebToken({ exp: expiresMs / 1000 });

interface ProductionAnswer {
  production: Record<string, unknown>[];
  consumption: Record<string, unknown>[];
  storage: Record<string, unknown>[];
}

function fixture(): ProductionAnswer {
  const url = new URL('fixtures/enphase/production.json', import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as ProductionAnswer;
}

function jsonWebToken(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'ES256' })}.${part(claims)}.c2lnbmF0dXJl`;
}

function opened(
  options: OptionValues = {},
  service: Partial<EnphaseServiceOptions> = {},
): { readonly bench: SourceBench; readonly reader: SourceReader; readonly home: SimulatedHome } {
  const home = new SimulatedHome({ seed: 3, startMs: startMs - 3_600_000 });
  const simulated = new EnphaseService({ home, serial: '122233344455', token, ...service });
  const bench = new SourceBench(simulated, startMs);
  const values = { url: 'https://192.168.1.20', token, acceptAnyCertificate: true, ...options };
  return { bench, reader: enphase.open(values, bench.ports), home };
}

t.test('the meters’ powers and energies are read, from the house’s point of view', (t) => {
  const answer = readProduction(fixture());
  const atMs = 1_755_701_251_000;
  t.match(valueOf(answer, 'pv_power_w'), { value: 2350.12, atMs });
  t.equal(valueOf(answer, 'pv_energy_kwh')?.value.toFixed(4), '12340.0001');
  t.match(valueOf(answer, 'pv_energy_today_kwh'), { value: 8.123 });
  t.match(valueOf(answer, 'home_power_w'), { value: 812.4 });
  t.match(valueOf(answer, 'grid_power_w'), { value: -1537.7, atMs }, 'export is negative');
  t.equal(valueOf(answer, 'grid_import_kwh'), undefined, 'the net energy is not the imported one');
  t.match(valueOf(answer, 'consumption.net-consumption.whLifetime'), { value: 4_567_890 });
  t.match(valueOf(answer, 'production.inverters.wNow'), { value: 2345 });
  t.match(valueOf(answer, 'storage.acb.activeCount'), { value: 0 });
  t.equal(valueOf(answer, 'battery_available_kwh'), undefined, 'a battery that is not fitted is not empty');
  t.same(doubleNames(answer), []);
  t.end();
});

t.test('without a meter the inverters count, and no zero of the meter is taken', (t) => {
  const answer = fixture();
  answer.production[1] = { ...answer.production[1], activeCount: 0, readingTime: 0, wNow: 0, whLifetime: 0 };
  const read = readProduction({ production: answer.production });
  t.match(valueOf(read, 'pv_power_w'), { value: 2345 });
  t.match(valueOf(read, 'pv_energy_kwh'), { value: 12_345.678 });
  t.equal(valueOf(read, 'home_power_w'), undefined);
  t.equal(valueOf(read, 'production.production.wNow'), undefined);
  t.end();
});

t.test('a battery that is fitted says how full it is', (t) => {
  const acb = {
    type: 'acb',
    activeCount: 2,
    readingTime: 1_755_701_251,
    whNow: 1_800,
    percentFull: 75,
    state: 'idle',
  };
  const read = readProduction({ ...fixture(), storage: [acb] });
  t.match(valueOf(read, 'battery_available_kwh'), { value: 1.8 });
  t.match(valueOf(read, 'battery_soc_pct'), { value: 75 });
  t.equal(textOf(read, 'storage.acb.state'), 'idle');
  t.end();
});

t.test('an Envoy that does not know the time has the time of its answer', (t) => {
  const answer = fixture();
  for (const block of [...answer.production, ...answer.consumption]) block['readingTime'] = 12;
  t.equal(valueOf(readProduction(answer), 'grid_power_w')?.atMs, undefined);
  t.end();
});

t.test('blocks with the same name, and names that are none, keep their values apart', (t) => {
  const answer = fixture();
  answer.production.push(
    { ...answer.production[1], wNow: 1 },
    { type: 'a.b[0]', wNow: 2, new: { deep: [3] } },
  );
  const read = readProduction(answer);
  t.match(valueOf(read, 'pv_power_w'), { value: 2350.12 });
  t.match(valueOf(read, 'production.production-2.wNow'), { value: 1 });
  t.match(valueOf(read, 'production.block.new.deep[0]'), { value: 3 });
  t.same(doubleNames(read), []);
  t.end();
});

t.test('what cannot be is suspect, and what is of another form is refused with where', (t) => {
  const answer = fixture();
  answer.production[1] = { ...answer.production[1], wNow: 9e9 };
  t.match(valueOf(readProduction(answer), 'pv_power_w'), { quality: 'suspect' });
  for (const [where, wrong] of [
    ['body', []],
    ['production', { consumption: [] }],
    ['production', { production: {} }],
    ['production[0]', { production: [7] }],
    ['production[0].activeCount', { production: [{ type: 'inverters', activeCount: '12' }] }],
    ['production.inverters.wNow', { production: [{ type: 'inverters', activeCount: 1, wNow: '5' }] }],
    ['production.inverters.readingTime', { production: [{ type: 'inverters', wNow: 1, readingTime: '5' }] }],
  ] as const) {
    t.throws(() => readProduction(wrong), { code: 'answer_invalid', facts: { where } }, where);
  }
  t.throws(() => readProduction({ production: [] }), { code: 'source_unavailable' });
  t.end();
});

t.test('a reading agrees with the home, and says which Envoy it is', async (t) => {
  const { bench, reader, home } = opened();
  const answer = await reader.read(signal);
  const { flow } = home.state();
  t.equal(valueOf(answer, 'grid_power_w')?.value, flow.gridW);
  t.equal(valueOf(answer, 'home_power_w')?.value, flow.loadW);
  t.ok((valueOf(answer, 'pv_power_w')?.value ?? 0) > 1_000);
  t.equal(textOf(answer, 'serial'), '122233344455');
  t.equal(textOf(answer, 'token_expires'), new Date(expiresMs).toISOString());
  t.same(
    bench.requests.map(({ headers, tls, reach }) => ({ token: headers?.['authorization'], tls, reach })),
    [
      { token: `Bearer ${token}`, tls: { acceptAny: true }, reach: 'home' },
      { token: undefined, tls: { acceptAny: true }, reach: 'home' },
    ],
    'the token goes only where it is needed',
  );
  bench.takePaths();
  bench.nowMs += 60_000;
  await reader.read(signal);
  t.same(bench.takePaths(), ['/production.json']);
  bench.nowMs += dayMs;
  await reader.read(signal);
  t.same(bench.takePaths(), ['/production.json', '/info']);
});

t.test('an Envoy without meters, and an old one without a token, are read', async (t) => {
  const { home } = opened();
  const bench = new SourceBench(new EnphaseService({ home, serial: '1', meters: 'none' }), startMs);
  const reader = enphase.open({ url: 'http://192.168.1.20' }, bench.ports);
  bench.trouble = ({ url }) => (url.endsWith('/info') ? noAnswer : undefined);
  const answer = await reader.read(signal);
  t.ok(valueOf(answer, 'pv_power_w'));
  t.equal(valueOf(answer, 'grid_power_w'), undefined);
  t.equal(textOf(answer, 'serial'), undefined);
  t.notOk(bench.requests[0]?.headers?.['authorization']);
});

t.test('a token that has expired is said to have, without showing it', async (t) => {
  const { bench, reader } = opened({}, { tokenExpiresMs: expiresMs });
  await reader.read(signal);
  t.same(bench.warnings, []);
  bench.nowMs += 120_000;
  await reader.read(signal);
  await reader.read(signal);
  t.match(bench.warnings, [/2026-07-12/]);
  t.equal(bench.warnings.length, 1);
  bench.nowMs = expiresMs + 1;
  const error = await reader.read(signal).catch((caught: unknown) => caught);
  t.match(error, { code: 'source_refused', hint: /token.*2026-07-12/ });
  t.notMatch(JSON.stringify(error) + bench.warnings.join(), token);
});

t.test('only the certificate that was named is accepted', async (t) => {
  const { bench, reader } = opened({ certificateFingerprint: 'AB:'.repeat(31) + 'cd' });
  await reader.read(signal);
  t.same(bench.requests[0]?.tls, { fingerprint: 'ab'.repeat(31) + 'cd' });
  const strict = opened({ acceptAnyCertificate: false });
  await strict.reader.read(signal);
  t.notOk(strict.bench.requests[0]?.tls);
});
