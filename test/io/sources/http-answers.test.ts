import fc from 'fast-check';
import t from 'tap';
import '../../property-seed.ts';
import { GatewayError, type ErrorCode } from '../../../gateway/core/errors.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../../gateway/core/http.ts';
import { answerJson, answerText, getJson, getText } from '../../../gateway/io/sources/http-answers.ts';

const { signal } = new AbortController();
const asked = { url: 'https://api.test:8443/v1/data?appid=s3cret', reach: 'internet' } as const;

function answerOf(status: number, body: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, headers, body: Buffer.from(body) };
}

function failure(work: () => unknown): GatewayError {
  try {
    work();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  return t.fail('it was expected to fail') as never;
}

function shown({ message, hint, facts, cause }: GatewayError): string {
  return JSON.stringify([message, hint, facts, String(cause)]);
}

const statuses: readonly (readonly [number, ErrorCode])[] = [
  [300, 'source_missing'],
  [301, 'source_missing'],
  [304, 'source_missing'],
  [308, 'source_missing'],
  [400, 'answer_invalid'],
  [401, 'source_refused'],
  [402, 'answer_invalid'],
  [403, 'source_refused'],
  [404, 'source_missing'],
  [405, 'answer_invalid'],
  [410, 'source_missing'],
  [429, 'rate_limited'],
  [499, 'answer_invalid'],
  [500, 'source_unavailable'],
  [502, 'source_unavailable'],
  [503, 'source_unavailable'],
  [599, 'source_unavailable'],
  [199, 'answer_invalid'],
];

for (const [status, code] of statuses) {
  t.test(`status ${status} is ${code}, whatever the body says`, (t) => {
    for (const body of ['{"a":1}', '', '<html>', 'no']) {
      const error = failure(() => answerJson(answerOf(status, body), asked));
      t.equal(error.code, code);
      t.match(error.facts, { status, host: 'api.test:8443' });
      t.match(error.message, /^api\.test:8443 .*HTTP \d+/);
      t.match(error.hint, /\S/);
      t.notMatch(shown(error), /s3cret|v1\/data/);
    }
    t.end();
  });
}

t.test('what is well is answered as its JSON or its text', async (t) => {
  for (const status of [200, 201, 203])
    t.same(answerJson(answerOf(status, ' {"a":[1,null]}\n')), { a: [1, null] });
  t.equal(answerText(answerOf(200, 'plain')), 'plain');
  t.equal(answerText(answerOf(204, '')), '');
  t.same(answerJson(answerOf(200, '\ufeff[1]')), [1], 'a byte order mark is no part of it');
  const requests: HttpRequest[] = [];
  const http: HttpClient = {
    request: (request) => Promise.resolve(answerOf(200, `${requests.push(request)}`)),
  };
  t.equal(await getJson(http, asked, signal), 1);
  t.equal(await getText(http, asked, signal), '2');
  t.same(requests, [asked, asked]);
});

t.test('a byte that is no UTF-8 costs a letter, and not the numbers', (t) => {
  const body = Buffer.from([...Buffer.from('{"ssid":"caf'), 0xe9, ...Buffer.from('","w":5}')]);
  t.same(answerJson({ status: 200, headers: {}, body }), { ssid: 'caf\ufffd', w: 5 });
  t.end();
});

t.test('a number that a number cannot hold is kept as its digits', (t) => {
  const text = '{"id":47303033323536313839,"ok":9007199254740991,"w":-12.5,"e":1e3,"n":-90071992547409921}';
  t.same(answerJson(answerOf(200, text)), {
    id: '47303033323536313839',
    ok: 9_007_199_254_740_991,
    w: -12.5,
    e: 1_000,
    n: '-90071992547409921',
  });
  t.end();
});

t.test('what is no JSON is said to be what it is', (t) => {
  const bodies: readonly (readonly [string, RegExp])[] = [
    ['', /nothing/],
    [' \n', /nothing/],
    ['<!DOCTYPE html><html>s3cret', /a page/],
    ['<?xml version="1.0"?>', /a page/],
    ['{"a":1', /cut or damaged/],
    ['[1,2,', /cut or damaged/],
    ['{"a":NaN}', /cut or damaged/],
    ['{"a":1}{"b":2}', /cut or damaged/],
    ['OK', /something else/],
    ['['.repeat(200_000), /cut or damaged/],
    [`${'['.repeat(100_000)}1234567890123456${']'.repeat(100_000)}`, /cut or damaged/],
  ];
  for (const [body, what] of bodies) {
    const error = failure(() => answerJson(answerOf(200, body), asked));
    t.equal(error.code, 'answer_invalid');
    t.match(error.message, what);
    t.match(error.facts, { where: 'body', bytes: body.length, host: 'api.test:8443' });
    t.notMatch(shown(error), /s3cret/);
  }
  t.end();
});

t.test('how long to wait is told in seconds, or by a date', (t) => {
  const now = 'Wed, 14 Jan 2026 16:40:00 GMT';
  const nowMs = Date.parse(now);
  const cases: readonly (readonly [
    Readonly<Record<string, string>>,
    number | undefined,
    number | undefined,
  ])[] = [
    [{ 'retry-after': '120' }, undefined, 120_000],
    [{ 'retry-after': ' 0 ' }, undefined, 0],
    [{ 'retry-after': 'Wed, 14 Jan 2026 16:41:00 GMT' }, nowMs, 60_000],
    [{ 'retry-after': 'Wed, 14 Jan 2026 16:41:00 GMT', date: now }, undefined, 60_000],
    [{ 'retry-after': 'Wed, 14 Jan 2026 16:41:00 GMT', date: now }, 0, 60_000],
    [{ 'retry-after': 'Wednesday, 14-Jan-26 16:41:00 GMT' }, nowMs, 60_000],
    [{ 'retry-after': 'Wed, 14 Jan 2026 16:39:00 GMT' }, nowMs, 0],
    [{ 'retry-after': 'Wed, 14 Jan 2026 16:41:00 GMT' }, undefined, undefined],
    [{ 'retry-after': '-5' }, nowMs, undefined],
    [{ 'retry-after': '1.5' }, nowMs, undefined],
    [{ 'retry-after': '99999999999' }, nowMs, undefined],
    [{ 'retry-after': 'soon 1' }, nowMs, undefined],
    [{ 'retry-after': '' }, nowMs, undefined],
    [{}, nowMs, undefined],
  ];
  for (const [headers, at, expected] of cases) {
    for (const status of [429, 503]) {
      const request = at === undefined ? asked : { ...asked, nowMs: at };
      const error = failure(() => answerJson(answerOf(status, '', headers), request));
      t.equal(error.facts['retryAfterMs'], expected, JSON.stringify(headers));
    }
  }
  t.end();
});

t.test('where it has moved to is told: the host, or the path on the same one', (t) => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['https://other.test/v2?appid=s3cret', 'other.test'],
    ['http://user:s3cret@other.test:81/', 'other.test:81'],
    ['//other.test/x', 'other.test'],
    ['/v2/data?appid=s3cret', '/v2/data'],
    ['https://api.test:8443/v2/s3cret/0123456789abcdef0', '/v2/…/…'],
    ['http://', undefined],
  ];
  for (const [location, expected] of cases) {
    const error = failure(() => answerJson(answerOf(301, '', { location }), asked));
    t.equal(error.facts['location'], expected, location);
    t.notMatch(shown(error), /s3cret/);
  }
  t.end();
});

t.test('hints name the setting', (t) => {
  const named = { ...asked, credentialOption: 'apiKey', addressOption: 'baseUrl' };
  t.match(failure(() => answerJson(answerOf(401, ''), named)).hint, /apiKey/);
  t.match(failure(() => answerJson(answerOf(404, ''), named)).hint, /baseUrl/);
  t.match(failure(() => answerJson(answerOf(302, ''), named)).hint, /baseUrl/);
  t.match(failure(() => answerJson(answerOf(200, '<html>'), named)).hint, /baseUrl/);
  t.match(failure(() => answerJson(answerOf(401, ''))).message, /^the server/, 'also without a request');
  t.end();
});

t.test('what a server says is shown, without what it was told and without keys', (t) => {
  const request = {
    url: 'https://api.test/x?appid=k%26y%20one&lat=45.76',
    headers: {
      Authorization: `Basic ${Buffer.from('alice:pass:word').toString('base64')}`,
      'X-Token': 'tiny',
      Accept: 'application/json',
    },
    body: JSON.stringify({ password: 'q"uoted', user: 'bob' }),
  };
  const cases: readonly (readonly [string, string])[] = [
    ['{"message":"Invalid  API\\nkey"}', '{"message":"Invalid API\\nkey"}'],
    ['key k&y one is bad', 'key … is bad'],
    ['key k%26y%20one is bad', 'key … is bad'],
    ['key K&Y ONE is bad', 'key … is bad'],
    ['alice with pass:word', '… with …'],
    ['token TINY or q"uoted or q\\"uoted or bob', 'token … or … or … or …'],
    ['new 9f86d081884c7d659a2feaa0c55ad015 given', 'new … given'],
    ['application/json it is', '… it is'],
    ['internationalisation stays', 'internationalisation stays'],
    ['a\u0000b\u001b[31m', 'a b [31m'],
    ['word '.repeat(40), `${'word '.repeat(16)}…`],
    ['word '.repeat(20_000), ''],
  ];
  for (const [body, expected] of cases) {
    const error = failure(() => answerJson(answerOf(400, body), request));
    t.equal(error.facts['said'] ?? '', expected, body.slice(0, 60));
  }
  t.notOk(
    'said' in failure(() => answerJson(answerOf(500, ' <html>sign in'), asked)).facts,
    'pages are not shown',
  );
  t.end();
});

t.test('no secret is shown, wherever the request has it and however the server repeats it', (t) => {
  const secret = fc
    .string({ minLength: 3, maxLength: 30, unit: 'grapheme' })
    .filter((text) => text.trim().length >= 3);
  fc.assert(
    fc.property(
      secret,
      fc.constantFrom(200, 301, 400, 401, 404, 429, 500),
      fc.nat(3),
      (word, status, form) => {
        const encoded = encodeURIComponent(word.toWellFormed());
        const request = {
          url: `https://api.test/?key=${encoded}`,
          headers: { authorization: `Bearer ${word}` },
          body: JSON.stringify({ password: word }),
        };
        const echoes = [word, encoded, JSON.stringify(word), `a ${word.toUpperCase()} b`];
        const error = failure(() => answerJson(answerOf(status, `no ${echoes[form] ?? ''}`), request));
        const said = String(error.facts['said'] ?? '').slice(3);
        if (said.includes(word) || said.includes(encoded)) throw new GatewayError('internal_error', said);
      },
    ),
  );
  t.end();
});
