import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { evohome } from '../../../gateway/io/sources/evohome.ts';
import type { SourceAnswer, SourcePorts, SourceReader } from '../../../gateway/io/sources/source.ts';
import { EvohomeService, type EvohomeOptions } from '../../../modbus-sim/services/evohome-service.ts';
import { jsonAnswer } from '../../../modbus-sim/services/service.ts';
import { noAnswer, SourceBench } from './source-bench.ts';

const nowMs = Date.parse('2026-01-14T18:30:00Z');
const minuteMs = 60_000;
const account = { username: 'john@example.com', password: 'Pa ss+wörd&1' };
const tokenPath = '/Auth/OAuth/Token';
const { signal } = new AbortController();

function start(more: Partial<EvohomeOptions> = {}, options: OptionValues = {}) {
  const service = new EvohomeService({ seed: 7, ...account, ...more });
  const home = new SourceBench(service, nowMs);
  const open = (ports: SourcePorts = home.ports): SourceReader =>
    evohome.open({ baseUrl: 'https://tccna.resideo.com', ...account, ...options }, ports);
  return { service, home, open };
}

function said({ values, texts }: SourceAnswer): Record<string, number | string> {
  return Object.fromEntries<number | string>([
    ...values.map(({ part = '', quantity, value }) => [`${part} ${quantity}`, value] as const),
    ...texts.map(({ part = '', quantity, text }) => [`${part} ${quantity}`, text] as const),
  ]);
}

async function failure(reader: SourceReader): Promise<GatewayError> {
  try {
    await reader.read(signal);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  return t.fail('it was expected to fail') as never;
}

t.test('all locations are read, a dead zone with its fault among them', async (t) => {
  const { open } = start();
  const answer = said(await open().read(signal));
  t.match(answer, {
    'location-2738909 name': 'My Home',
    'location-2738910 name': 'Flat',
    'zone-3432601 name': 'Studio',
    'zone-3432521 fault_count': 1,
    'zone-3432521 faults': 'TempZoneActuatorCommunicationLost',
    'zone-3432521 faults_since': '2025-12-17T17:10:57',
    'zone-3432577 set_point_mode': 'TemporaryOverride',
    'zone-3432577 set_point_until': '2026-01-14T20:00:00Z',
  });
  t.ok(Number.isNaN(answer['zone-3432521 room_temperature_c']));
  t.notMatch(JSON.stringify(answer), /Main Street|john@/, 'nothing is kept of where people live');
});

t.test('the wire carries what the reference says', async (t) => {
  const { home, open } = start();
  await open().read(signal);
  const [login, user, installation, status] = home.requests;
  t.match(login, { method: 'POST', url: `https://tccna.resideo.com${tokenPath}`, reach: 'internet' });
  t.match(login?.headers?.['authorization'], /^Basic NGEyMzEw/);
  const form = new URLSearchParams(String(login?.body));
  t.same([...form.keys()], ['grant_type', 'scope', 'Username', 'Password']);
  t.equal(form.get('Password'), account.password);
  t.match(user?.headers?.['authorization'], /^bearer \S+$/);
  const root = 'https://tccna.resideo.com/WebAPI/emea/api/v1/';
  t.equal(user?.url, `${root}userAccount`);
  t.equal(
    installation?.url,
    `${root}location/installationInfo?userId=2263181&includeTemperatureControlSystems=True`,
  );
  t.equal(status?.url, `${root}location/2738909/status?includeTemperatureControlSystems=True`);
});

t.test('a reading costs one request a location once the installation is known', async (t) => {
  const { home, open } = start();
  const reader = open();
  await reader.read(signal);
  home.takePaths();
  home.nowMs += 5 * minuteMs;
  await reader.read(signal);
  t.equal(home.takePaths().length, 2);
  home.nowMs += 24 * 60 * minuteMs;
  await reader.read(signal);
  t.ok(
    home.takePaths().some((path) => path.includes('installationInfo')),
    'it is asked for again once a day',
  );
});

t.test('a thousand restarts make one login', async (t) => {
  const { service, home, open } = start({ callsPerMinuteMax: 1e9 });
  for (let restart = 0; restart < 1000; restart += 1) {
    home.nowMs += 7000;
    await open().read(signal);
  }
  t.equal(service.tokens.logins, 1);
});

t.test('a token is renewed at less than 15 seconds left, without the password', async (t) => {
  const { service, home, open } = start();
  const reader = open();
  await reader.read(signal);
  home.nowMs = nowMs + 1_799_000 - 15_000;
  home.takePaths();
  await reader.read(signal);
  t.notOk(home.takePaths().includes(tokenPath), 'with 15 s left it is used');
  home.nowMs += 1;
  await reader.read(signal);
  t.equal(home.takePaths()[0], tokenPath);
  t.equal(service.tokens.logins, 1);
});

t.test('a token that ends before its time is renewed once in a reading', async (t) => {
  const { service, home, open } = start();
  const reader = open();
  await reader.read(signal);
  service.tokens.endAccessTokens();
  home.takePaths();
  t.ok((await reader.read(signal)).values.length > 0);
  t.equal(home.takePaths().filter((path) => path === tokenPath).length, 1);
  home.trouble = ({ url }) =>
    url.includes('/WebAPI/') ? jsonAnswer(401, [{ code: 'Unauthorized' }]) : undefined;
  t.equal((await failure(reader)).code, 'source_refused');
  t.equal(home.takePaths().filter((path) => path === tokenPath).length, 1, 'refused again, it is given up');
});

t.test('a refresh token that is refused makes one login', async (t) => {
  const { service, home, open } = start();
  const reader = open();
  await reader.read(signal);
  service.tokens.endAccessTokens();
  service.tokens.endRefreshTokens();
  home.nowMs += 40 * minuteMs;
  t.ok((await reader.read(signal)).values.length > 0);
  t.equal(service.tokens.logins, 2);
});

t.test('while the service is down the password does not go out in place of the refresh token', async (t) => {
  const { service, home, open } = start();
  const reader = open();
  await reader.read(signal);
  home.nowMs += 40 * minuteMs;
  const page = { status: 200, body: '<html><body>Maintenance</body></html>' };
  const troubles = [
    noAnswer,
    page,
    { status: 503, body: '' },
    jsonAnswer(403, {}),
    jsonAnswer(200, {}),
  ] as const;
  const codes = [
    'connection_timeout',
    'answer_invalid',
    'source_unavailable',
    'source_refused',
    'answer_invalid',
  ];
  for (const [index, trouble] of troubles.entries()) {
    home.requests.splice(0);
    home.trouble = () => trouble;
    t.equal((await failure(reader)).code, codes[index]);
    t.same(
      home.requests.map(({ body }) => new URLSearchParams(String(body)).get('grant_type')),
      ['refresh_token'],
    );
  }
  home.trouble = () => undefined;
  t.ok((await reader.read(signal)).values.length > 0, 'then it goes on');
  t.equal(service.tokens.logins, 1);
});

t.test('a wrong password is tried once, and said where to put right', async (t) => {
  const { home, open } = start({}, { password: 'wrong-secret-1' });
  const reader = open();
  const error = await failure(reader);
  t.equal(error.code, 'source_refused');
  t.match(error.hint, /username and password/);
  t.notMatch(JSON.stringify([error.message, error.hint, error.facts]), /wrong-secret|john/);
  home.nowMs += 29 * minuteMs;
  t.equal((await failure(reader)).code, 'source_refused');
  t.equal(home.requests.length, 1, 'it is not tried again soon');
  home.nowMs += 2 * minuteMs;
  await failure(reader);
  t.equal(home.requests.length, 2);
  const corrected = evohome.open({ baseUrl: 'https://tccna.resideo.com', ...account }, home.ports);
  t.ok((await corrected.read(signal)).values.length > 0, 'the right one works at once after a restart');
});

t.test('restarts with a wrong password never lock the account out', async (t) => {
  const { home, open } = start({}, { password: 'wrong' });
  const codes: string[] = [];
  for (let restart = 0; restart < 300; restart += 1) {
    codes.push((await failure(open())).code);
    home.nowMs += 10_000;
  }
  t.equal(home.requests.length, 4 * 5, 'four in any ten minutes');
  t.same([...new Set(codes)].toSorted(), ['rate_limited', 'source_refused']);
  home.nowMs += 10 * minuteMs;
  const corrected = evohome.open({ baseUrl: 'https://tccna.resideo.com', ...account }, home.ports);
  t.ok((await corrected.read(signal)).values.length > 0);
});

t.test('locked out, it stays away a quarter of an hour, restarts included', async (t) => {
  const { home, open } = start();
  home.trouble = () => jsonAnswer(429, { error: 'attempt_limit_exceeded' });
  const error = await failure(open());
  t.equal(error.code, 'rate_limited');
  t.equal(error.facts['retryAfterMs'], 15 * minuteMs);
  home.trouble = () => undefined;
  home.nowMs += 5 * minuteMs;
  const again = await failure(open());
  t.equal(again.code, 'rate_limited');
  t.equal(again.facts['retryAfterMs'], 10 * minuteMs);
  t.equal(home.requests.length, 1, 'nothing was asked');
  home.nowMs += 10 * minuteMs;
  t.ok((await open().read(signal)).values.length > 0);
});

t.test('a lock-out that comes with another status is one too', async (t) => {
  const { home, open } = start();
  home.trouble = () => jsonAnswer(400, { error: 'attempt_limit_exceeded' });
  t.equal((await failure(open())).code, 'rate_limited');
});

t.test(
  'a resource that is asked too often says to wait as long as it says, and never less than 15 minutes',
  async (t) => {
    const { home, open } = start();
    const reader = open();
    await reader.read(signal);
    for (const [seconds, waitMs] of [
      [60, 15 * minuteMs],
      [3600, 60 * minuteMs],
    ] as const) {
      home.trouble = () => jsonAnswer(429, [{ code: 'TooManyRequests' }], { 'retry-after': String(seconds) });
      const error = await failure(reader);
      t.equal(error.code, 'rate_limited');
      t.equal(error.facts['retryAfterMs'], waitMs);
    }
  },
);

t.test('tokens of another account, of another time, and damaged ones are not used', async (t) => {
  const kept = (more: object): string =>
    JSON.stringify({
      account: `${account.username} tccna.resideo.com`,
      accessToken: 'old',
      refreshToken: 'older',
      endMs: nowMs + 10 * minuteMs,
      loginsMs: [],
      pausedUntilMs: 0,
      ...more,
    });
  const texts = [
    kept({ account: 'jane@example.com tccna.resideo.com' }),
    kept({ endMs: nowMs + 1e11 }),
    kept({ pausedUntilMs: nowMs + 1e11, accessToken: 7 }),
    kept({ loginsMs: [1, 2, 3, 4].map((day) => nowMs + day * 1e8), endMs: '' }),
    '{"account":',
    'null',
    '[]',
  ];
  for (const text of texts) {
    const { home, open } = start();
    home.kept.set('tokens', text);
    t.ok((await open().read(signal)).values.length > 0, text);
    t.equal(home.takePaths()[0], tokenPath);
  }
});

t.test('a disk that keeps no tokens is no reason to read nothing', async (t) => {
  const { service, home, open } = start();
  const full = (): Promise<never> => Promise.reject(new GatewayError('disk_full', 'the disk is full'));
  const reader = open({ ...home.ports, secrets: { load: full, save: full } });
  await reader.read(signal);
  home.nowMs += 5 * minuteMs;
  t.ok((await reader.read(signal)).values.length > 0);
  t.equal(service.tokens.logins, 1);
  t.match(home.warnings[0], /tokens/);
});

t.test('a renamed zone stays the same part', async (t) => {
  const { service, open } = start();
  const reader = open();
  const before = said(await reader.read(signal));
  service.renameZone('3432576', 'Salon 🛋');
  const after = said(await reader.read(signal));
  t.equal(after['zone-3432576 name'], 'Salon 🛋');
  t.same(Object.keys(after), Object.keys(before));
});

t.test('one location that fails is left out, and said once', async (t) => {
  const { home, open } = start();
  const reader = open();
  home.trouble = ({ url }) =>
    url.includes('location/2738909/status') ? { status: 500, body: '' } : undefined;
  for (let reading = 0; reading < 3; reading += 1) {
    const answer = said(await reader.read(signal));
    t.ok('zone-3432601 room_temperature_c' in answer);
    t.notOk('zone-3432576 room_temperature_c' in answer);
  }
  t.equal(home.warnings.length, 1);
  home.trouble = ({ url }) => (url.includes('/status') ? { status: 500, body: '' } : undefined);
  t.equal((await failure(reader)).code, 'source_unavailable', 'all of them are the source');
});

t.test('an account without a location is told', async (t) => {
  const { open } = start({ locations: [] });
  const error = await failure(open());
  t.equal(error.code, 'source_missing');
  t.match(error.hint, /username/);
});

t.test('a name or password with a line end is refused at the start', (t) => {
  for (const options of [{ username: 'a\n' }, { password: 'b\r' }]) {
    t.throws(() => start({}, options).open(), { code: 'config_invalid' });
  }
  t.end();
});
