import { inspect } from 'node:util';
import t, { type Test } from 'tap';
import { describeError, type GatewayError } from '../../../gateway/core/errors.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { httpSms } from '../../../gateway/io/notifiers/http-sms.ts';
import { ServiceServer } from '../../../modbus-sim/services/service-server.ts';
import { SmsGatewayService } from '../../../modbus-sim/services/sms-gateway-service.ts';
import { messageOf, notifierPorts, nowMs } from './notifier-ports.ts';
import { StubHttp } from './stub-http.ts';

const never = new AbortController().signal;
const url = 'http://192.168.1.9/send?key=sesam-geheim&to={to}&text={text}';

async function sent(t: Test, values: OptionValues, short = 'feu éteint & froid #{to}'): Promise<StubHttp> {
  const http = new StubHttp();
  const notifier = httpSms.open({ url, recipients: ['33612345678'], ...values }, notifierPorts(t, { http }));
  await notifier.send(messageOf({ short }), '33612345678', never);
  return http;
}

t.test('with GET all stands in the address, and what a text holds is no place', async (t) => {
  const { last } = await sent(t, {});
  t.equal(last.method, 'GET');
  t.equal(
    last.url,
    'http://192.168.1.9/send?key=sesam-geheim&to=%2B33612345678&text=feu%20%C3%A9teint%20%26%20froid%20%23%7Bto%7D',
  );
  t.equal(last.reach, 'private', 'a key goes over plain HTTP to private networks only');
  t.notOk('body' in last);
});

t.test('numbers are written as the gateway wants them', async (t) => {
  for (const [numbers, to] of [
    ['digits', '33612345678'],
    ['plus', '%2B33612345678'],
    ['zeros', '0033612345678'],
  ] as const)
    t.match((await sent(t, { numbers })).last.url, `to=${to}&`);
});

t.test('with POST the fields are a form, or JSON', async (t) => {
  const fields = ['number={to}', 'message={text}', 'ref={reference}', 'flags=a=b'];
  const values = { url: 'https://sms.example.org/v1', method: 'POST', fields };
  const form = (await sent(t, values)).last;
  t.equal(form.headers?.['content-type'], 'application/x-www-form-urlencoded');
  const expected = {
    number: '+33612345678',
    message: 'feu éteint & froid #{to}',
    ref: 'egw-0123456789abcdef-17-3',
    flags: 'a=b',
  };
  t.same(Object.fromEntries(new URLSearchParams(String(form.body))), expected);
  const json = (await sent(t, { ...values, body: 'json' })).last;
  t.equal(json.headers?.['content-type'], 'application/json');
  t.same(JSON.parse(String(json.body)), expected);
  t.equal(json.reach, 'internet');
});

t.test('who we are is said as HTTP Basic, or by a token', async (t) => {
  const basic = (await sent(t, { user: 'ana', password: 'pässword' })).last;
  t.equal(basic.headers?.['authorization'], `Basic ${Buffer.from('ana:pässword').toString('base64')}`);
  t.equal((await sent(t, { token: 'abc' })).last.headers?.['authorization'], 'Bearer abc');
});

t.test('what cannot work is refused before anything is sent, naming the setting', (t) => {
  const wrong: readonly (readonly [OptionValues, RegExp])[] = [
    [{ url: 'http://192.168.1.9/send?to={to}' }, /where \{text\} belongs/],
    [{ url: 'http://192.168.1.9/send?text={text}' }, /where \{to\} belongs/],
    [{ fields: ['a=b'] }, /a GET posts no fields/],
    [{ user: 'ana' }, /no password/],
    [{ url: 'telnet://x/{to}{text}' }, /no http/],
    [{ recipients: [] }, /tell nobody/],
  ];
  for (const [values, message] of wrong)
    t.throws(
      () => httpSms.open({ url, method: 'GET', recipients: ['33612345678'], ...values }, notifierPorts(t)),
      {
        code: 'config_invalid',
        message,
      },
    );
  t.end();
});

t.test('a gateway that says OK to everything is taken by its words', async (t) => {
  const service = new SmsGatewayService({ key: 'sesam-geheim' });
  const server = await ServiceServer.start({ service, nowMs: () => nowMs });
  t.teardown(() => server.close());
  const place = { url: url.replace('http://192.168.1.9', server.url), recipients: ['33612345678'] };
  const errorOf = async (values: OptionValues): Promise<unknown> =>
    await httpSms
      .open({ ...place, ...values }, notifierPorts(t))
      .send(messageOf(), '33612345678', never)
      .catch((thrown: unknown) => thrown);
  t.same(await errorOf({ successText: 'OK', failureText: 'ERROR' }), { receipt: null });
  t.same(service.messages, [{ to: '+33612345678', text: messageOf().short }]);
  t.match(await errorOf({ successText: 'Sent' }), {
    code: 'notifier_unavailable',
    hint: 'it said “OK”; check successText',
    facts: { isUnclear: true },
  });
  service.sayError('no network for sesam-geheim');
  const failed = await errorOf({ failureText: 'ERROR' });
  t.match(failed, {
    code: 'notifier_unavailable',
    hint: 'it said “ERROR: no network for …”; check failureText',
  });
  t.notOk((failed as GatewayError).facts['isUnclear']);
});

t.test('without words the status alone counts', async (t) => {
  const http = new StubHttp().answer({ status: 202, text: '' });
  const notifier = httpSms.open({ url, recipients: ['33612345678'] }, notifierPorts(t, { http }));
  t.same(await notifier.send(messageOf(), '33612345678', never), { receipt: null });
});

t.test('whom it was for does not stand in what the gateway says', async (t) => {
  for (const status of [200, 400, 500]) {
    const text = 'ERROR: +33612345678 (0612345678) is barred';
    const http = new StubHttp().answer({ status, text });
    const values = { url, recipients: ['33612345678'], successText: 'OK' };
    const notifier = httpSms.open(values, notifierPorts(t, { http }));
    const error: unknown = await notifier
      .send(messageOf(), '33612345678', never)
      .catch((thrown: unknown) => thrown);
    t.match(describeError(error), /is barred/);
    t.notMatch(inspect(error, { depth: 8 }), '12345678');
  }
});

t.test('a short key in the address does not stand in what the gateway says', async (t) => {
  const http = new StubHttp().answer({ status: 403, text: 'key s3cr7 is not known' });
  const values = {
    url: 'http://192.168.1.9/send?key=s3cr7&to={to}&text={text}',
    recipients: ['33612345678'],
  };
  const notifier = httpSms.open(values, notifierPorts(t, { http }));
  const error: unknown = await notifier
    .send(messageOf(), '33612345678', never)
    .catch((thrown: unknown) => thrown);
  t.match(describeError(error), /key … is not known/);
});
