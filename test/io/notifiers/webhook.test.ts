import { createHmac } from 'node:crypto';
import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { webhook } from '../../../gateway/io/notifiers/webhook.ts';
import { ServiceServer } from '../../../modbus-sim/services/service-server.ts';
import { WebhookService } from '../../../modbus-sim/services/webhook-service.ts';
import { messageOf, notifierPorts, nowMs } from './notifier-ports.ts';
import { StubHttp } from './stub-http.ts';

const never = new AbortController().signal;
const url = 'https://hooks.example.org/boiler?key=0123456789';

async function sent(t: Parameters<typeof notifierPorts>[0], values: OptionValues = {}): Promise<StubHttp> {
  const http = new StubHttp();
  await webhook.open({ url, ...values }, notifierPorts(t, { http })).send(messageOf(), '', never);
  return http;
}

t.test('what is posted is the message, and its id is in two headers', async (t) => {
  const { last } = await sent(t);
  t.match(last, { method: 'POST', url, reach: 'internet' });
  t.match(last.headers, {
    'content-type': 'application/json',
    'idempotency-key': '"egw-0123456789abcdef-17-3"',
    'webhook-id': 'egw-0123456789abcdef-17-3',
    'webhook-timestamp': '1763740800',
  });
  t.notOk(last.headers?.['authorization']);
  t.notOk(last.headers?.['webhook-signature']);
  t.same(JSON.parse(String(last.body)), {
    reference: 'egw-0123456789abcdef-17-3',
    kind: 'alert',
    severity: 'safety',
    rule: 'boiler-fire-out',
    subject: 'boiler',
    language: 'fr',
    title: 'Chaudière : le feu est éteint',
    text: 'Le feu est éteint depuis 06h40.\nEau : 54,8 °C.',
    short: 'Chaudiere: feu eteint depuis 06h40 (54,8 C)',
    link: 'http://egw.local/#/boiler',
    at: '2025-11-21T15:59:00.000Z',
    atMs: nowMs - 60_000,
    site: 'Maison',
  });
});

t.test('the signature is that of Standard Webhooks, with a key in base64 or as text', async (t) => {
  const keys = {
    whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'a plain long secret': '',
  };
  for (const [secret, base64] of Object.entries(keys)) {
    const { last } = await sent(t, { secret, token: 'abc' });
    const key = base64 === '' ? Buffer.from(secret) : Buffer.from(base64, 'base64');
    const signed = `egw-0123456789abcdef-17-3.1763740800.${String(last.body)}`;
    const mac = createHmac('sha256', key).update(signed).digest('base64');
    t.match(last.headers, { 'webhook-signature': `v1,${mac}`, authorization: 'Bearer abc' });
  }
});

t.test('a message that comes twice is there once, and a wrong key is refused', async (t) => {
  const service = new WebhookService({ secret: 'a plain long secret' });
  const server = await ServiceServer.start({ service, nowMs: () => nowMs });
  t.teardown(() => server.close());
  const at = (secret: string): ReturnType<typeof webhook.open> =>
    webhook.open({ url: `${server.url}/hook`, secret }, notifierPorts(t));
  await at('a plain long secret').send(messageOf(), '', never);
  await at('a plain long secret').send(messageOf(), '', never);
  t.same([service.messages.size, service.repeats], [1, 1]);
  const error: unknown = await at('another long secret')
    .send(messageOf(), '', never)
    .catch((thrown: unknown) => thrown);
  t.match(error, { code: 'notifier_refused', hint: /url, token and secret/ });
  t.notMatch(String(error), 'another long secret');
});

t.test('an address that is none, or holds a password, is refused without being shown', (t) => {
  for (const wrong of ['ftp://hooks.example.org/secret', 'https://me:geheim@hooks.example.org/', 'geheim'])
    t.throws(() => webhook.open({ url: wrong }, notifierPorts(t)), {
      code: 'config_invalid',
      message: /^the setting url (is no http|holds a name)/,
      facts: { option: 'url' },
    });
  t.end();
});

t.test('a certificate of the home may be pinned', async (t) => {
  const { last } = await sent(t, { fingerprint: 'AB'.repeat(32), serverName: 'nas.local' });
  t.same(last.tls, { fingerprint: 'ab'.repeat(32), serverName: 'nas.local' });
});

t.test('a certificate that does not hold may hold tomorrow', async (t) => {
  const failing = {
    request: () =>
      Promise.reject(new GatewayError('certificate_invalid', 'no', { hint: 'give its authority' })),
  };
  const notifier = webhook.open({ url }, notifierPorts(t, { http: failing }));
  const error: unknown = await notifier.send(messageOf(), '', never).catch((thrown: unknown) => thrown);
  t.match(error, { code: 'notifier_unavailable', hint: /again by itself; if it lasts, give its authority/ });
  t.notOk((error as GatewayError).facts['isUnclear']);
});

t.test('a secret that is no base64, though it says so, is found before anything is signed with it', (t) => {
  const pattern = new RegExp(webhook.options['secret']?.pattern ?? '', 'u');
  for (const good of [
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'whsec_c2lnbmF0dXI=',
    'any words, as one likes',
  ])
    t.match(good, pattern);
  for (const wrong of ['whsec_', 'whsec_!!!!!!!!!!!!', 'whsec_ abcdefghijkl', 'whsec_abcd=efghijkl'])
    t.notMatch(wrong, pattern);
  t.end();
});
