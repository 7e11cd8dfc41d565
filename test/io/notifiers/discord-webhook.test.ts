import t, { type Test } from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { discordWebhook } from '../../../gateway/io/notifiers/discord-webhook.ts';
import type { NotifierMessage } from '../../../gateway/io/notifiers/notifier.ts';
import { DiscordWebhookService } from '../../../modbus-sim/services/discord-webhook-service.ts';
import { ServiceServer } from '../../../modbus-sim/services/service-server.ts';
import { messageOf, notifierPorts, nowMs } from './notifier-ports.ts';
import { StubHttp } from './stub-http.ts';

const never = new AbortController().signal;
const token = 'aBcDeFgHiJkLmNoPqRsTuVwXyZ-_0123456789';
const url = `https://discord.com/api/webhooks/1160000000000000001/${token}`;

async function send(
  t: Test,
  http: StubHttp,
  parts: Partial<NotifierMessage> = {},
): Promise<{ readonly receipt: string | null }> {
  return await discordWebhook.open({ url }, notifierPorts(t, { http })).send(messageOf(parts), '', never);
}

async function failureOf(t: Test, http: StubHttp): Promise<GatewayError> {
  const error: unknown = await send(t, http).catch((thrown: unknown) => thrown);
  t.ok(error instanceof GatewayError);
  t.notMatch(`${String(error)} ${JSON.stringify(error)}`, token);
  return error as GatewayError;
}

function contentOf(http: StubHttp): string {
  const { content } = JSON.parse(String(http.last.body)) as { readonly content: string };
  return content;
}

t.test('it waits for the message to be there, pings nobody, and shows where more is', async (t) => {
  const http = new StubHttp().answer({ json: { id: '1160000000000000999' } });
  t.same(await send(t, http), { receipt: '1160000000000000999' });
  t.match(http.last, { method: 'POST', url: `${url}?wait=true`, reach: 'internet' });
  t.match(http.last.headers, { 'user-agent': /^DiscordBot \(https:\/\/\S+, \S+\)$/ });
  t.match(JSON.parse(String(http.last.body)), { allowed_mentions: { parse: [] } });
  t.equal(
    contentOf(http),
    '🔴 **Chaudière : le feu est éteint** · Maison\nLe feu est éteint depuis 06h40.\nEau : 54,8 °C.\n<http://egw.local/#/boiler>',
  );
});

t.test('a thread of the webhook stays chosen', async (t) => {
  const http = new StubHttp();
  const notifier = discordWebhook.open({ url: `${url}?thread_id=12` }, notifierPorts(t, { http }));
  t.same(
    await notifier.send(messageOf({ kind: 'recovered' }), '', never),
    { receipt: null },
    '204 has no id',
  );
  t.equal(http.last.url, `${url}?thread_id=12&wait=true`);
  t.match(contentOf(http), /^🟢/);
});

t.test('names are no marks, and no mentions', async (t) => {
  const http = new StubHttp();
  await send(t, http, { title: '*a* _b_ `c` [d](http://x)', text: '<@123> # e\n> f ||g|| ~h~' });
  t.equal(
    contentOf(http).split('\n<http')[0],
    '🔴 **\\*a\\* \\_b\\_ \\`c\\` \\[d\\](http://x)** · Maison\n\\<@123\\> \\# e\n\\> f \\|\\|g\\|\\| \\~h\\~',
  );
});

t.test('what is too long is cut to 2000 characters, and keeps its link', async (t) => {
  for (const text of ['x'.repeat(5_000), '*'.repeat(5_000), '😀'.repeat(3_000), '*a'.repeat(2_000)]) {
    const http = new StubHttp();
    await send(t, http, { text });
    t.ok(contentOf(http).length <= 2_000);
    t.ok(contentOf(http).length > 1_900, 'and no shorter than need be');
    t.match(contentOf(http), /…\n<http:\/\/egw\.local\/#\/boiler>$/);
  }
});

t.test('a webhook that was deleted is not asked again, and the hint says what to do', async (t) => {
  const http = new StubHttp().answer({ status: 404, json: { message: 'Unknown Webhook', code: 10_015 } });
  const error = await failureOf(t, http);
  t.match(error, { code: 'notifier_refused', hint: /make a new one/ });
  t.match(error.message, /deleted/);
});

t.test('how long to wait is what the body says, and what the header says without one', async (t) => {
  const limited = { message: 'You are being rate limited.', retry_after: 1.337, global: false };
  const waits: readonly (readonly [unknown, string, number | undefined])[] = [
    [limited, '1', 2],
    [{ ...limited, retry_after: 'soon' }, '9', 9],
    [{ ...limited, retry_after: -1 }, '9', 9],
    [{ ...limited, retry_after: 1e12 }, '9', 9],
    ['<html>', '', undefined],
  ];
  for (const [json, header, seconds] of waits) {
    const http = new StubHttp().answer({ status: 429, json, headers: { 'retry-after': header } });
    const error = await failureOf(t, http);
    t.equal(error.code, 'rate_limited');
    t.equal(error.facts['retryAfterSeconds'], seconds);
  }
});

t.test('statuses: what is refused, and what is tried again', async (t) => {
  const table: readonly (readonly [number, string])[] = [
    [400, 'notifier_refused'],
    [401, 'notifier_refused'],
    [403, 'notifier_refused'],
    [404, 'notifier_refused'],
    [500, 'notifier_unavailable'],
    [502, 'notifier_unavailable'],
    [503, 'notifier_unavailable'],
  ];
  for (const [status, code] of table) {
    const http = new StubHttp().answer({ status, json: { message: `no: ${token}`, code: 50_001 } });
    const error = await failureOf(t, http);
    t.equal(error.code, code, String(status));
    t.match(error.message, /no: …/);
  }
});

t.test('the address is one of a webhook', (t) => {
  const pattern = new RegExp(discordWebhook.options['url']?.pattern ?? '');
  for (const good of [url, `${url}?thread_id=5`, url.replace('/api/', '/api/v10/')]) t.match(good, pattern);
  const bad = [
    'https://discord.com/channels/1/2',
    `https://me:x@discord.com/api/webhooks/1/${token}`,
    `${url}/slack`,
    `${url}?wait=false`,
  ];
  for (const wrong of bad) t.notMatch(wrong, pattern, wrong);
  t.end();
});

t.test('a limit of the simulated service is told with its wait', async (t) => {
  const service = new DiscordWebhookService({ webhookId: '1', token });
  const server = await ServiceServer.start({ service, nowMs: () => nowMs });
  t.teardown(() => server.close());
  const notifier = discordWebhook.open({ url: `${server.url}${service.path}` }, notifierPorts(t));
  for (let index = 0; index < 5; index += 1) await notifier.send(messageOf(), '', never);
  const error: unknown = await notifier.send(messageOf(), '', never).catch((thrown: unknown) => thrown);
  t.match(error, { code: 'rate_limited', facts: { retryAfterSeconds: 2 } });
  service.delete();
  const gone: unknown = await notifier.send(messageOf(), '', never).catch((thrown: unknown) => thrown);
  t.match(gone, { code: 'notifier_refused' });
  t.equal(service.messages.length, 5);
});
