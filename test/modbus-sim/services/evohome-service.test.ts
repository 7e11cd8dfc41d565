import t from 'tap';
import { EvohomeService } from '../../../modbus-sim/services/evohome-service.ts';

const nowMs = Date.parse('2026-01-14T12:00:00Z');
const basic =
  'Basic NGEyMzEwODktZDJiNi00MWJkLWE1ZWItMTZhMGE0MjJiOTk5OjFhMTVjZGI4LTQyZGUtNDA3Yi1hZGQwLTA1OWY5MmM1MzBjYg==';
const scope = 'EMEA-V1-Basic EMEA-V1-Anonymous';
const login = { grant_type: 'password', scope, Username: 'john', Password: 'secret' };

interface Granted {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
}

function start() {
  const service = new EvohomeService({ seed: 7, username: 'john', password: 'secret' });
  const grant = (form: Record<string, string>, atMs = nowMs, authorization = basic) => {
    const body = new URLSearchParams(form).toString();
    const request = { method: 'POST', url: '/Auth/OAuth/Token', headers: { authorization }, body };
    const answer = service.handle(request, atMs);
    return { status: answer.status, said: JSON.parse(answer.body) as Granted & { error?: string } };
  };
  const get = (path: string, token: string, atMs = nowMs, method = 'GET') => {
    const headers = { authorization: `bearer ${token}` };
    return service.handle({ method, url: `/WebAPI/emea/api/v1/${path}`, headers, body: '' }, atMs);
  };
  return { service, grant, get };
}

t.test('it grants tokens as the service does', (t) => {
  const { grant, get } = start();
  t.match(grant(login, nowMs, 'Basic eA=='), { status: 400, said: { error: 'invalid_client' } });
  t.match(grant({ ...login, scope: 'all' }), { status: 400, said: { error: 'invalid_scope' } });
  t.match(grant({ ...login, grant_type: 'x' }), { status: 400, said: { error: 'unsupported_grant_type' } });
  t.match(grant({ ...login, Password: 'x' }), { status: 400, said: { error: 'invalid_grant' } });
  const { said } = grant(login);
  t.equal(said.expires_in, 1799);
  t.equal(get('userAccount', said.access_token, nowMs + 1_799_999).status, 200);
  t.equal(
    get('userAccount', said.access_token, nowMs + 1_800_000).status,
    401,
    'half an hour later it has ended',
  );
  const refresh = { grant_type: 'refresh_token', scope, refresh_token: said.refresh_token };
  const renewed = grant(refresh, nowMs + 1_800_000);
  t.equal(get('userAccount', renewed.said.access_token, nowMs + 1_800_000).status, 200);
  t.match(grant(refresh), { status: 400, said: { error: 'invalid_grant' } }, 'a refresh token serves once');
  t.end();
});

t.test('the sixth login in ten minutes is one too many, right or wrong', (t) => {
  const { grant } = start();
  const passwords = ['secret', 'x', 'secret', 'x', 'x', 'secret'];
  const statuses = passwords.map((Password, index) => grant({ ...login, Password }, nowMs + index).status);
  t.same(statuses, [200, 400, 200, 400, 400, 429]);
  t.match(grant(login, nowMs + 1000).said, { error: 'attempt_limit_exceeded' });
  t.equal(grant(login, nowMs + 600_000).status, 200);
  t.end();
});

t.test('what is not there, or not yours, is answered as the service does', (t) => {
  const { grant, get } = start();
  const token = grant(login).said.access_token;
  t.match(get('userAccount', 'x'), {
    status: 401,
    body: '[{"code":"Unauthorized","message":"Unauthorized"}]',
  });
  t.equal(get('location/1/status', token).status, 401);
  t.equal(get('location/installationInfo?userId=1', token).status, 401);
  t.match(get('nothing', token), { status: 404, body: /^<!DOCTYPE/ });
  t.match(get('userAccount', token, nowMs, 'DELETE'), { status: 405, body: /^<!DOCTYPE/ });
  const statuses = Array.from({ length: 60 }, () => get('userAccount', token).status);
  t.equal(statuses.at(-1), 429, 'sixty in a minute and no more');
  t.equal(get('userAccount', token, nowMs + 60_000).status, 200);
  t.end();
});

t.test('rooms follow their set points, and are told in halves', (t) => {
  const { grant, get } = start();
  const temperatures = [0, 3, 6, 9, 12, 15, 18, 21].map((hour) => {
    const atMs = nowMs + hour * 3_600_000;
    const { body } = get('location/2738910/status', grant(login, atMs).said.access_token, atMs);
    return Number(/"temperature":([\d.]+)/.exec(body)?.[1]);
  });
  t.ok(temperatures.every((celsius) => Number.isInteger(celsius * 2) && celsius > 15 && celsius < 23));
  t.ok(Math.max(...temperatures) - Math.min(...temperatures) >= 2, temperatures.join(' '));
  t.end();
});

t.test('a zone keeps its id under a new name', (t) => {
  const { service, grant, get } = start();
  const token = grant(login).said.access_token;
  service.renameZone('3432576', 'Salon');
  t.match(get('location/2738909/status?x', token).body, /"zoneId":"3432576","name":"Salon"/);
  t.match(get('location/installationInfo?userId=2263181', token).body, /"name":"Salon"/);
  t.end();
});
