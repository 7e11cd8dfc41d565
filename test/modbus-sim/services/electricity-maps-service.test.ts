import t from 'tap';
import {
  ElectricityMapsService,
  type ElectricityMapsServiceOptions,
} from '../../../modbus-sim/services/electricity-maps-service.ts';
import type { ServiceAnswer } from '../../../modbus-sim/services/service.ts';
import { SimulatedZone } from '../../../modbus-sim/services/simulated-zone.ts';

const hourMs = 3_600_000;
const nowMs = Date.UTC(2026, 0, 14, 16, 40);
const token = 'key';

function opened(options: Partial<ElectricityMapsServiceOptions> = {}) {
  const service = new ElectricityMapsService({ seed: 5, token, zones: ['FR'], plan: 'free', ...options });
  return (url: string, atMs = nowMs, key = token): ServiceAnswer =>
    service.handle({ method: 'GET', url, headers: { 'auth-token': key }, body: '' }, atMs);
}

function bodyOf({ body }: ServiceAnswer): Record<string, unknown> {
  return JSON.parse(body) as Record<string, unknown>;
}

t.test('what a zone consumes is what it produces and imports, less what it exports, at any hour', (t) => {
  const zone = new SimulatedZone(5, 'FR');
  for (let hour = 0; hour < 24 * 30; hour += 7) {
    const { consumption, production, imports, exports, carbonIntensity } = zone.hour(nowMs + hour * hourMs);
    const total = (mix: Readonly<Record<string, number | null>>): number =>
      Object.values(mix).reduce<number>((sum, mw) => sum + (mw ?? 0), 0);
    t.equal(total(consumption), total(production) + total(imports) - total(exports));
    t.ok(Object.values(consumption).every((mw) => mw === null || mw >= 0));
    t.ok(carbonIntensity > 5 && carbonIntensity < 300, String(carbonIntensity));
  }
  t.end();
});

t.test('a zone has hours that are worth waiting for, each day', (t) => {
  for (const seed of [1, 5, 20]) {
    const zone = new SimulatedZone(seed, 'FR');
    for (let day = 0; day < 30; day += 1) {
      const hours = Array.from({ length: 24 }, (_, hour) => zone.hour(Date.UTC(2026, 10, 1 + day, hour)));
      const grams = hours.map(({ carbonIntensity }) => carbonIntensity);
      t.ok(Math.max(...grams) > 2 * Math.min(...grams), 'the evening is twice as dirty as the night');
      const spare = hours.filter(({ exports }) => Object.values(exports).some((mw) => mw > 0));
      t.ok(spare.length > 4 && spare.length < 22, `it has power to spare for ${spare.length} hours`);
    }
  }
  t.end();
});

t.test('what is forecast is near to what comes', (t) => {
  const ask = opened({ plan: 'commercial' });
  const { forecast } = bodyOf(ask('/v3/carbon-intensity/forecast?zone=FR'));
  const { history } = bodyOf(ask('/v3/carbon-intensity/history?zone=FR', nowMs + 24 * hourMs));
  type Hour = { readonly datetime: string; readonly carbonIntensity: number };
  const came = new Map((history as Hour[]).map((hour) => [hour.datetime, hour.carbonIntensity]));
  const compared = (forecast as Hour[]).filter(({ datetime }) => came.has(datetime));
  t.equal(compared.length, 24);
  for (const { datetime, carbonIntensity } of compared) {
    const grams = came.get(datetime) ?? Number.NaN;
    t.ok(Math.abs(carbonIntensity - grams) <= Math.max(3, 0.15 * grams), `${carbonIntensity}, ${grams}`);
  }
  t.end();
});

t.test('an estimate is revised, and keeps its hour', (t) => {
  const ask = opened();
  const early = bodyOf(ask('/v3/power-breakdown/latest?zone=FR'));
  t.match(early, { isEstimated: true, datetime: '2026-01-14T16:00:00.000Z' });
  const { history } = bodyOf(ask('/v3/power-breakdown/history?zone=FR', nowMs + 12 * hourMs));
  const late = (history as Record<string, unknown>[]).find(({ datetime }) => datetime === early['datetime']);
  t.match(late, { isEstimated: false, estimationMethod: null });
  t.not(late?.['powerConsumptionTotal'], early['powerConsumptionTotal']);
  t.end();
});

t.test('it refuses as the API does', (t) => {
  const ask = opened({ requestsPerHourMax: 4 });
  t.equal(ask('/v3/carbon-intensity/latest?zone=FR', nowMs, 'wrong').status, 401);
  t.equal(ask('/v3/carbon-intensity/latest?zone=DE').status, 403);
  t.equal(ask('/v3/carbon-intensity/latest?zone=XX').status, 404);
  t.equal(ask('/v3/carbon-intensity/forecast?zone=FR').status, 403);
  t.equal(ask('/v3/carbon-intensity/latest').status, 200, 'without a zone it takes that of the caller');
  t.match(ask('/v3/carbon-intensity/latest?zone=FR'), { status: 429, headers: { 'retry-after': '1200' } });
  t.equal(ask('/v3/carbon-intensity/latest?zone=FR', nowMs + hourMs).status, 200);
  t.match(ask('/free-tier/latest'), { status: 404, body: /no Route matched/ });
  t.same(Object.keys(bodyOf(ask('/v3/zones'))), ['FR'], 'a key sees its own zones');
  t.equal(Object.keys(bodyOf(ask('/v3/zones', nowMs, 'none'))).length, 4);
  t.match(bodyOf(ask('/v3/home-assistant?zone=FR', nowMs + hourMs)), { status: 'ok', countryCode: 'FR' });
  t.end();
});
