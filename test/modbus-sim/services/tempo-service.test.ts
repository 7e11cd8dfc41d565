import t from 'tap';
import type { ServiceAnswer } from '../../../modbus-sim/services/service.ts';
import { TempoService } from '../../../modbus-sim/services/tempo-service.ts';

const nowMs = Date.parse('2026-01-14T12:00:00+01:00');
const path = '/open_api/tempo_like_supply_contract/v1/tempo_like_calendars';

function ask(
  service: TempoService,
  url: string,
  headers: Record<string, string> = {},
  atMs = nowMs,
): ServiceAnswer {
  return service.handle({ method: 'GET', url, headers, body: '' }, atMs);
}

function login(service: TempoService, secret: string, atMs = nowMs): ServiceAnswer {
  const authorization = `Basic ${Buffer.from(`id:${secret}`).toString('base64')}`;
  return service.handle(
    {
      method: 'POST',
      url: '/token/oauth/',
      headers: { authorization },
      body: 'grant_type=client_credentials',
    },
    atMs,
  );
}

function bearer(service: TempoService): Record<string, string> {
  const { access_token: token } = JSON.parse(login(service, 'secret').body) as { access_token: string };
  return { authorization: `Bearer ${token}` };
}

function opened(): TempoService {
  return new TempoService({ seed: 2, clientId: 'id', clientSecret: 'secret' });
}

function between(start: string, end: string): string {
  return `${path}?start_date=${encodeURIComponent(start)}&end_date=${encodeURIComponent(end)}`;
}

t.test('RTE lets in who has a token, for two hours', (t) => {
  const service = opened();
  t.equal(login(service, 'wrong').status, 401);
  const url = between('2026-01-14T00:00:00+01:00', '2026-01-16T00:00:00+01:00');
  t.equal(ask(service, url).status, 401);
  const headers = bearer(service);
  const answer = ask(service, url, headers);
  t.equal(answer.status, 200);
  const { tempo_like_calendars: calendar } = JSON.parse(answer.body) as {
    tempo_like_calendars: { values: { start_date: string; value: string; fallback?: boolean }[] };
  };
  t.same(
    calendar.values.map((value) => value.start_date),
    ['2026-01-15T00:00:00+01:00', '2026-01-14T00:00:00+01:00'],
    'newest first',
  );
  t.equal(calendar.values[0]?.value, service.colourOf('2026-01-15'));
  t.equal(calendar.values[0]?.fallback, undefined);
  t.equal(ask(service, url, headers, nowMs + 7_200_000).status, 401);
  t.end();
});

t.test('RTE refuses dates as its user guide says', (t) => {
  const service = opened();
  const headers = bearer(service);
  const midnight = (day: string): string => `${day}T00:00:00+01:00`;
  for (const [url, code] of [
    [`${path}?start_date=${encodeURIComponent(midnight('2026-01-14'))}`, 'F01'],
    [between(midnight('2026-01-15'), midnight('2026-01-14')), 'F02'],
    [between(midnight('2024-01-01'), midnight('2026-01-14')), 'F03'],
    [between('2026-01-14', '2026-01-15'), 'F04'],
    [between(midnight('2026-01-14'), midnight('2026-01-18')), 'F05'],
  ] as const) {
    const { status, body } = ask(service, url, headers);
    t.equal(status, 400);
    t.match(body, code);
  }
  t.end();
});

t.test('the others need no key, and couleur-tempo knows tomorrow a little later', (t) => {
  const service = opened();
  const early = Date.parse('2026-01-14T10:50:00+01:00');
  t.match(ask(service, '/cms/open_data/v1/tempoLight', {}, early).body, '"2026-01-15":');
  const codes = (atMs: number): unknown =>
    JSON.parse(ask(service, '/api/joursTempo?dateJour[]=2026-01-15', {}, atMs).body);
  t.match(codes(early), [{ codeJour: 0, libCouleur: 'Inconnu', periode: '2025-2026' }]);
  t.notMatch(codes(nowMs), [{ codeJour: 0 }]);
  t.equal(ask(service, '/api/nothing').status, 404);
  t.equal(ask(service, '/else').status, 404);
  t.end();
});
