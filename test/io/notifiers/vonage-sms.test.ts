import t, { type Test } from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { Notifier } from '../../../gateway/io/notifiers/notifier.ts';
import { vonageSms } from '../../../gateway/io/notifiers/vonage-sms.ts';
import { ServiceServer } from '../../../modbus-sim/services/service-server.ts';
import { VonageService } from '../../../modbus-sim/services/vonage-service.ts';
import { messageOf, notifierPorts, nowMs } from './notifier-ports.ts';
import { StubHttp } from './stub-http.ts';

const never = new AbortController().signal;
const keys = { apiKey: 'key-12345', apiSecret: 'secret-67890' };

function open(t: Test, http: StubHttp): Notifier {
  return vonageSms.open({ ...keys, recipients: ['33612345678'] }, notifierPorts(t, { http }));
}

async function failureOf(work: Promise<unknown>): Promise<GatewayError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof GatewayError) return error;
  throw new GatewayError('internal_error', 'it did not fail as it should', { cause: error });
}

function answered(...statuses: readonly string[]): { readonly json: unknown } {
  const messages = statuses.map((status, index) =>
    status === '0' ? { status, 'message-id': `0C${index}` } : { status, 'error-text': `text of ${status}` },
  );
  return { json: { 'message-count': String(statuses.length), messages } };
}

/** SMS API error codes: what is tried again, what is not, and which setting is named. */
const table: readonly (readonly [status: string, code: string, hint: RegExp])[] = [
  ['1', 'rate_limited', /again/],
  ['2', 'notifier_refused', /from and recipients/],
  ['3', 'notifier_refused', /from and recipients/],
  ['4', 'notifier_refused', /apiKey and apiSecret/],
  ['5', 'notifier_unavailable', /again/],
  ['6', 'notifier_refused', /recipients/],
  ['7', 'notifier_refused', /recipients/],
  ['8', 'notifier_refused', /account/],
  ['9', 'notifier_refused', /pay some in/],
  ['10', 'notifier_unavailable', /again/],
  ['11', 'notifier_refused', /account/],
  ['12', 'notifier_refused', /site/],
  ['14', 'notifier_refused', /apiKey/],
  ['15', 'notifier_refused', /change from/],
  ['22', 'notifier_refused', /account/],
  ['23', 'notifier_refused', /account/],
  ['29', 'notifier_refused', /add the number/],
  ['32', 'notifier_refused', /account/],
  ['33', 'notifier_refused', /recipients/],
  ['99', 'notifier_unavailable', /again/],
];

for (const [status, code, hint] of table) {
  t.test(`status ${status} is ${code}, though the answer is 200`, async (t) => {
    const http = new StubHttp().answer(answered(status));
    const error = await failureOf(open(t, http).send(messageOf(), '33612345678', never));
    t.equal(error.code, code);
    t.match(error.hint, hint);
    t.match(error.message, `status ${status}: text of ${status}`);
    t.notOk(error.facts['isUnclear']);
    t.same(error.facts['retryAfterSeconds'], status === '1' ? 1 : undefined);
  });
}

t.test('a message without credit says so', async (t) => {
  const http = new StubHttp().answer(answered('9'));
  t.match((await failureOf(open(t, http).send(messageOf(), '33612345678', never))).message, /no credit left/);
});

t.test('the receipt is the ids of all parts', async (t) => {
  const http = new StubHttp().answer(answered('0', '0'));
  t.same(await open(t, http).send(messageOf(), '33612345678', never), { receipt: '0C0 0C1' });
});

t.test('where some parts were taken it is unclear whether it can be read', async (t) => {
  const http = new StubHttp().answer(answered('0', '1'));
  const error = await failureOf(open(t, http).send(messageOf(), '33612345678', never));
  t.match(error, { code: 'rate_limited', facts: { isUnclear: true } });
  t.match(error.message, /1 of its 2 parts/);
});

t.test('what is no answer of Vonage says nothing of the message', async (t) => {
  const wrong = [
    { text: '<html>Sign in</html>' },
    { json: [] },
    { json: null },
    { json: {} },
    { json: { messages: [] } },
    { json: { messages: 'none' } },
    { json: { messages: [null] } },
    { json: { messages: [{ status: 0 }] } },
    { json: { messages: [{ status: 'ok' }] } },
    { json: { messages: Array.from({ length: 11 }, () => ({ status: '0' })) } },
  ];
  for (const answer of wrong) {
    const error = await failureOf(
      open(t, new StubHttp().answer(answer)).send(messageOf(), '33612345678', never),
    );
    t.match(error, { code: 'answer_invalid', facts: { isUnclear: true } }, JSON.stringify(answer));
  }
});

t.test('in front of it there may be statuses of HTTP', async (t) => {
  const send = async (status: number, headers: Record<string, string> = {}): Promise<GatewayError> =>
    await failureOf(
      open(t, new StubHttp().answer({ status, headers })).send(messageOf(), '33612345678', never),
    );
  t.match(await send(401), { code: 'notifier_refused', hint: /apiKey, apiSecret/ });
  t.match(await send(429, { 'retry-after': '7' }), { code: 'rate_limited', facts: { retryAfterSeconds: 7 } });
  t.match(await send(429, { 'retry-after': '99999999' }), { facts: { retryAfterSeconds: 3_600 } });
  t.equal((await send(500)).code, 'notifier_unavailable');
  t.notOk((await send(503)).facts['isUnclear']);
  t.match(await send(503, { 'retry-after': '20' }), {
    code: 'rate_limited',
    facts: { retryAfterSeconds: 20 },
  });
  t.match(await send(504), { code: 'notifier_unavailable', facts: { isUnclear: true } });
  t.match(await send(302), { code: 'notifier_refused', hint: /redirects/ });
});

t.test('Unicode is asked for only where a character needs it', async (t) => {
  const http = new StubHttp();
  const bodyOf = async (short: string): Promise<URLSearchParams> => {
    http.answer(answered('0'));
    await open(t, http).send(messageOf({ short }), '33612345678', never);
    return new URLSearchParams(String(http.last.body));
  };
  t.match((await bodyOf('é à ù 54.8 [€]')).get('type'), 'text');
  t.equal((await bodyOf('fenêtre')).get('type'), 'unicode');
  const form = await bodyOf('éteint & gelé = froid +');
  t.same(Object.fromEntries(form), {
    api_key: 'key-12345',
    api_secret: 'secret-67890',
    from: 'eGW',
    to: '33612345678',
    text: 'éteint & gelé = froid +',
    type: 'text',
    'client-ref': 'egw-0123456789abcdef-17-3',
  });
  t.equal(http.last.reach, 'internet');
});

t.test('over plain HTTP the key goes to private networks only', async (t) => {
  const http = new StubHttp().answer(answered('0'));
  const notifier = vonageSms.open(
    { ...keys, recipients: ['33612345678'], baseUrl: 'http://rest.nexmo.com' },
    notifierPorts(t, { http }),
  );
  await notifier.send(messageOf(), '33612345678', never);
  t.equal(http.last.reach, 'private');
});

t.test('numbers may be written in many ways, and each is told once', (t) => {
  const recipients = [
    '+33 6 12 34 56 78',
    '0033612345678',
    '33612345678',
    '33.6.12.34.56.78',
    '+1 415-555-2671',
  ];
  t.same(vonageSms.recipients({ recipients }), ['33612345678', '14155552671']);
  const pattern = new RegExp(vonageSms.options['recipients']?.pattern ?? '');
  for (const number of recipients) t.match(number, pattern);
  for (const number of [
    '0612345678',
    '+330612',
    '+33 (0)6 12 34 56 78',
    'marie',
    '',
    '+33612345678\n',
    '331234567890123456',
  ])
    t.notMatch(number, pattern, JSON.stringify(number));
  t.end();
});

t.test('a sender is 11 letters and digits, or a number', (t) => {
  const pattern = new RegExp(vonageSms.options['from']?.pattern ?? '');
  for (const from of ['eGW', 'Chaudiere1', 'ABCDEFGHIJK', '33612345678', '+33612345678', '38000'])
    t.match(from, pattern);
  for (const from of ['AlerteChaudiere', 'a b', 'é', '', '1234567890123456', '12'])
    t.notMatch(from, pattern, from);
  t.end();
});

t.test('the balance is in euros, and 401 says which settings are wrong', async (t) => {
  const service = new VonageService({ ...keys, balance: 10.28 });
  const server = await ServiceServer.start({ service, nowMs: () => nowMs });
  t.teardown(() => server.close());
  const at = (apiSecret: string): Notifier =>
    vonageSms.open(
      { ...keys, apiSecret, recipients: ['33612345678'], baseUrl: server.url },
      notifierPorts(t),
    );
  t.same(await at(keys.apiSecret).balance?.(never), { amount: 10.28, currency: 'EUR' });
  const error = await failureOf(at('wrong').balance?.(never) ?? Promise.resolve());
  t.match(error, { code: 'notifier_refused', hint: /apiKey, apiSecret/ });
  t.notMatch(error.message, keys.apiKey);
  for (const json of [{}, { value: '' }, { value: null }, { value: 'many' }, []]) {
    const odd = open(t, new StubHttp().answer({ json }));
    t.equal((await failureOf(odd.balance?.(never) ?? Promise.resolve())).code, 'answer_invalid');
  }
});

t.test('against the simulated service money is spent by the part', async (t) => {
  const service = new VonageService({ ...keys, balance: 0.2 });
  const server = await ServiceServer.start({ service, nowMs: () => nowMs });
  t.teardown(() => server.close());
  const notifier = vonageSms.open(
    { ...keys, recipients: ['33612345678'], baseUrl: server.url },
    notifierPorts(t),
  );
  await notifier.send(messageOf({ short: 'a'.repeat(300) }), '33612345678', never);
  t.equal((await notifier.balance?.(never))?.amount, 0.07);
  const error = await failureOf(notifier.send(messageOf({ short: 'b'.repeat(300) }), '33612345678', never));
  t.match(error.message, /no credit left/);
  t.same(
    service.messages.map(({ to, from, type }) => ({ to, from, type })),
    [{ to: '33612345678', from: 'eGW', type: 'text' }],
  );
});

t.test('whom it was for does not stand in what Vonage says', async (t) => {
  for (const said of ['Illegal number 33612345678', 'Illegal number 0612345678']) {
    const messages = [{ status: '3', 'error-text': said }];
    const http = new StubHttp().answer({ json: { 'message-count': '1', messages } });
    const error = await failureOf(open(t, http).send(messageOf(), '33612345678', never));
    t.match(error.message, 'Illegal number');
    t.notMatch(error.message, '12345678');
  }
});
