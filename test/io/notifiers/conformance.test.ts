import { existsSync } from 'node:fs';
import { inspect } from 'node:util';
import t, { type Test } from 'tap';
import { optionSchema } from '../../../gateway/config/option-schema.ts';
import { describeError, GatewayError } from '../../../gateway/core/errors.ts';
import { limits } from '../../../gateway/core/limits.ts';
import { notifiers } from '../../../gateway/io/notifiers/index.ts';
import type { Notifier, NotifierMessage } from '../../../gateway/io/notifiers/notifier.ts';
import { notifierCases, type NotifierStub } from './notifier-cases.ts';
import { messageOf, notifierPorts } from './notifier-ports.ts';

const never = new AbortController().signal;

t.test('every notifier has its case, its file and options with words', (t) => {
  t.same(notifiers.map(({ id }) => id).toSorted(), Object.keys(notifierCases).toSorted());
  for (const { id, title, source, options, timeoutMs } of notifiers) {
    t.ok(existsSync(new URL(`../../../gateway/io/notifiers/${id}.ts`, import.meta.url)), id);
    t.match(`${title} ${source}`, /\S \S/);
    t.ok(timeoutMs >= 5_000 && timeoutMs <= 60_000);
    t.match(options['language'], { type: 'choice', values: ['', 'en', 'fr'], default: '' });
    for (const [name, field] of Object.entries(options)) {
      t.match(name, /^[a-z][A-Za-z0-9]*$/);
      t.match(field.description, /^\S.*\.$/s, `${id} ${name}`);
      t.notOk(field.isSecret && field.default !== undefined, `${name}: a secret has no default`);
    }
  }
  t.end();
});

t.test('an alert may go to all recipients that can be configured', (t) => {
  for (const { options, id } of notifiers) {
    const { recipients } = options;
    if (recipients === undefined) continue;
    const { maxItems } = optionSchema(recipients);
    t.ok(Number(maxItems) * limits.configuredItemsMax <= limits.alertDeliveriesMax, id);
  }
  t.end();
});

interface Open {
  readonly notifier: Notifier;
  readonly stub: NotifierStub;
  send(parts?: Partial<NotifierMessage>, signal?: AbortSignal): Promise<{ readonly receipt: string | null }>;
  failure(parts?: Partial<NotifierMessage>, signal?: AbortSignal): Promise<GatewayError>;
}

for (const definition of notifiers) {
  const { recipient = '', shownRecipient, start } = notifierCases[definition.id] ?? {};

  const open = async (t: Test): Promise<Open> => {
    const stub = await start?.(t);
    if (stub === undefined) return t.fail('there is no case') as never;
    const notifier = definition.open(stub.options, notifierPorts(t));
    t.teardown(() => notifier.close());
    const send: Open['send'] = async (parts = {}, signal = never) =>
      await notifier.send(messageOf(parts), recipient, signal);
    const failure: Open['failure'] = async (parts, signal) => {
      const error: unknown = await send(parts, signal).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      t.ok(error instanceof GatewayError, 'an operating error');
      checkSecrets(t, stub, error);
      return error as GatewayError;
    };
    return { notifier, stub, send, failure };
  };

  t.test(`${definition.id}: a message arrives once, with what it says`, async (t) => {
    const { stub, send } = await open(t);
    const { receipt } = await send();
    t.ok(receipt === null || /^.{1,200}$/.test(receipt));
    t.equal(stub.taken().length, 1);
    t.match(stub.taken()[0], '06h40');
    await send({ reference: 'egw-0123456789abcdef-17-4' });
    t.equal(stub.taken().length, 2);
  });

  t.test(`${definition.id}: whom it reaches is shown so that nobody can write there`, async (t) => {
    const { stub } = await open(t);
    t.same(definition.recipients(stub.options), [recipient]);
    t.equal(definition.shownRecipient(recipient), shownRecipient);
    t.notMatch(definition.shownRecipient(recipient), recipient === '' ? 'x' : recipient);
  });

  t.test(`${definition.id}: where nobody listens nothing can have gone out`, async (t) => {
    const { stub, failure } = await open(t);
    await stub.close();
    const { code, facts, retryable } = await failure();
    t.equal(code, 'connection_refused');
    t.notOk(facts['isUnclear']);
    t.ok(retryable);
  });

  t.test(`${definition.id}: what is dropped after it was taken is unclear`, async (t) => {
    const { stub, failure } = await open(t);
    stub.fail('drop_after');
    const { code, facts } = await failure();
    t.equal(code, 'connection_closed');
    t.equal(facts['isUnclear'], true);
    t.equal(stub.taken().length, 1, 'it is there');
  });

  t.test(`${definition.id}: what is refused, put off or limited is told apart`, async (t) => {
    const refusing = await open(t);
    refusing.stub.fail('refuse');
    const refused = await refusing.failure();
    t.equal(refused.code, 'notifier_refused');
    t.match(refused.hint, /check|make|set/);
    const busy = await open(t);
    busy.stub.fail('unavailable');
    t.equal((await busy.failure()).code, 'notifier_unavailable');
    const limiting = await open(t);
    limiting.stub.fail('limit');
    t.match((await limiting.failure()).code, /^(rate_limited|notifier_unavailable)$/);
    for (const { stub } of [refusing, busy, limiting]) t.same(stub.taken(), []);
  });

  t.test(`${definition.id}: the signal ends a wait at once, and what went out is unclear`, async (t) => {
    const { stub, failure } = await open(t);
    stub.fail('silence');
    const controller = new AbortController();
    const failed = failure({}, controller.signal);
    await stub.silent();
    controller.abort();
    const { code, facts } = await failed;
    t.equal(code, 'connection_timeout');
    t.equal(facts['isUnclear'], true);
  });

  t.test(`${definition.id}: with a signal that has fired nothing goes out`, async (t) => {
    const { stub, failure } = await open(t);
    const { facts } = await failure({}, AbortSignal.abort());
    t.notOk(facts['isUnclear']);
    t.same(stub.taken(), []);
  });

  t.test(`${definition.id}: an answer without an end is invalid, and unclear`, async (t) => {
    const { stub, failure } = await open(t);
    stub.fail('endless');
    const { code, facts } = await failure();
    t.equal(code, 'answer_invalid');
    t.equal(facts['isUnclear'], true);
  });

  t.test(`${definition.id}: nonsense is no answer, or a status alone counts`, async (t) => {
    const { stub, send } = await open(t);
    stub.fail('nonsense');
    const error: unknown = await send().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error !== undefined) t.match(error, { code: 'answer_invalid', facts: { isUnclear: true } });
    else t.equal(stub.taken().length, 1);
  });

  t.test(`${definition.id}: no text gets out of its place, and none is too long`, async (t) => {
    const { stub, send } = await open(t);
    const evil =
      'a\r\nBcc: evil@example.org\r\n\r\n.\r\nMAIL FROM:<x@y>\u2028&to=33699999999#{to}"\u0000 \ud800 €ê😀';
    await send({
      title: evil,
      text: evil,
      short: evil,
      site: evil,
      rule: evil,
      link: 'http://egw.local/#/x',
    });
    await send({
      reference: 'egw-0123456789abcdef-17-5',
      title: '*_`~|<@everyone>'.repeat(40),
      text: '😀*'.repeat(20_000),
      short: '€uro '.repeat(500),
      site: 'S'.repeat(3_000),
    });
    const taken = stub.taken();
    t.equal(taken.length, 2, 'one each, to nobody else');
    for (const words of taken) {
      t.ok(words.length <= 41_000);
      t.ok(words.isWellFormed());
      t.notMatch(words, /\u0000/);
    }
    t.match(taken[0], 'Bcc: evil@example.org', 'it is text');
  });
}

/** Neither in what is shown of an error, nor in what a log would take of it. */
function checkSecrets(t: Test, { secrets }: NotifierStub, error: unknown): void {
  const shown = `${describeError(error)} ${inspect(error, { depth: 8 })}`;
  for (const secret of secrets) t.notMatch(shown, secret);
}
