import { inspect } from 'node:util';
import t, { type Test } from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { ConnectOptions, Network } from '../../../gateway/core/network.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { mail } from '../../../gateway/io/notifiers/mail.ts';
import type { Notifier, NotifierMessage } from '../../../gateway/io/notifiers/notifier.ts';
import { SmtpService, type SmtpServiceOptions } from '../../../modbus-sim/services/smtp-service.ts';
import type { SmtpStep } from '../../../modbus-sim/services/smtp-session.ts';
import { makeCertificate } from '../../system/self-made-certificate.ts';
import { messageOf, notifierPorts } from './notifier-ports.ts';

const never = new AbortController().signal;
const user = 'egw@example.org';
const password = 'app-geheim-4711';
const recipient = 'marie@example.org';
const passwords = { [user]: password };

interface Pair {
  readonly service: SmtpService;
  readonly notifier: Notifier;
  send(parts?: Partial<NotifierMessage>): Promise<{ readonly receipt: string | null }>;
  failure(): Promise<GatewayError>;
}

async function pair(t: Test, values: OptionValues = {}, served: SmtpServiceOptions = {}): Promise<Pair> {
  const service = await SmtpService.start({ passwords, ...served });
  t.teardown(() => service.close());
  const own = { host: '127.0.0.1', port: service.port, security: 'none', user, password };
  const options = { ...own, recipients: [recipient], ...values };
  const notifier = mail.open(options, notifierPorts(t));
  const send: Pair['send'] = async (parts) => await notifier.send(messageOf(parts), recipient, never);
  const failure = async (): Promise<GatewayError> => {
    const error: unknown = await send().catch((thrown: unknown) => thrown);
    t.ok(error instanceof GatewayError);
    t.notMatch(`${String(error)} ${JSON.stringify(error)}`, password);
    return error as GatewayError;
  };
  return { service, notifier, send, failure };
}

t.test('a mail says what it is to people and to programs', async (t) => {
  const { service, send } = await pair(t);
  t.same(await send(), { receipt: '250 2.0.0 OK queued' });
  const [taken] = service.mails;
  t.match(taken, {
    from: user,
    to: [recipient],
    user,
    messageId: '<egw-0123456789abcdef-17-3@example.org>',
    subject: 'Chaudière : le feu est éteint',
    text: 'Le feu est éteint depuis 06h40.\nEau : 54,8 °C.\n\nhttp://egw.local/#/boiler\n',
    headers: {
      from: 'Maison <egw@example.org>',
      to: recipient,
      date: 'Fri, 21 Nov 2025 16:00:00 +0000',
      'auto-submitted': 'auto-generated',
      'x-auto-response-suppress': 'All',
      importance: 'high',
      'x-egw-rule': 'boiler-fire-out',
      'x-egw-kind': 'alert',
      'content-type': 'text/plain; charset=utf-8',
      'mime-version': '1.0',
    },
  });
});

t.test('what comes twice is in the mailbox once', async (t) => {
  const { service, send } = await pair(t);
  service.misbehave('body', { kind: 'drop_after' }, 1);
  const failed: unknown = await send().catch((thrown: unknown) => thrown);
  t.match(failed, { facts: { isUnclear: true } });
  await send();
  t.same([service.mails.length, service.mailbox.length, service.connections], [2, 1, 2]);
});

t.test('text of any length and kind arrives as it is, dots at the beginning of lines and all', async (t) => {
  const { service, send } = await pair(t);
  const text = ['.', '..', '. a', `é${'x'.repeat(1_200)}`, 'From here', '=3D', 'ü ', '\ttab', '日本語'].join(
    '\n',
  );
  await send({ text, title: '日本語 – fenêtre '.repeat(8).trim(), site: 'Маяк, "quoted" <x@y>' });
  t.equal(service.mails[0]?.text, `${text}\n\nhttp://egw.local/#/boiler\n`);
  t.equal(service.mails[0]?.subject, '日本語 – fenêtre '.repeat(8).trim());
  t.equal(service.mails[0]?.from, user);
});

t.test('without a user nobody logs in, and no password is told', async (t) => {
  const { service, send } = await pair(t, { user: undefined, from: 'house@home.lan' }, { passwords: {} });
  await send({ link: '' });
  t.match(service.mails[0], { user: '', from: 'house@home.lan', messageId: /@home\.lan>$/ });
});

t.test('a server where nobody can log in gets no mail that its owner wanted to send by name', async (t) => {
  const { service, failure } = await pair(t, {}, { passwords: {} });
  t.match(await failure(), { code: 'notifier_refused', hint: /port and security/ });
  t.same(service.mails, []);
});

t.test('a wrong password is refused, and the hint knows of app passwords', async (t) => {
  const { failure } = await pair(t, { password: 'wrong' });
  t.match(await failure(), { code: 'notifier_refused', hint: /app password/, facts: { smtpCode: 535 } });
});

/** Where it is said, what is said, what it is for us, and which settings the hint names. */
const replies: readonly (readonly [SmtpStep, string, string, RegExp])[] = [
  ['greeting', '421 4.3.2 shutting down', 'notifier_unavailable', /again/],
  ['greeting', '450 4.7.1 come later', 'notifier_unavailable', /again/],
  ['greeting', '554 5.3.2 no mail here', 'notifier_refused', /host and port/],
  ['auth', '454 4.7.0 temporary failure', 'notifier_unavailable', /again/],
  ['auth', '421 4.7.0 try later', 'notifier_unavailable', /again/],
  ['auth', '534 5.7.9 application-specific password required', 'notifier_refused', /app password/],
  ['auth', '535 5.7.8 no', 'notifier_refused', /user and password/],
  ['mail', '451 4.3.0 local error', 'notifier_unavailable', /again/],
  ['mail', '530 5.7.0 Must issue a STARTTLS command first', 'notifier_refused', /security/],
  ['mail', '550 5.7.60 not yours to send as', 'notifier_refused', /from/],
  ['mail', '553 5.7.1 sender rejected', 'notifier_refused', /from/],
  ['rcpt', '450 4.2.1 mailbox busy', 'notifier_unavailable', /again/],
  ['rcpt', '451 4.7.1 greylisted', 'notifier_unavailable', /again/],
  ['rcpt', '452 4.2.2 mailbox full', 'notifier_unavailable', /again/],
  ['rcpt', '550 5.1.1 no such user', 'notifier_refused', /recipients/],
  ['rcpt', '553 5.1.3 bad address', 'notifier_refused', /recipients/],
  ['data', '451 4.3.0 no', 'notifier_unavailable', /again/],
  ['data', '554 5.5.1 no valid recipients', 'notifier_refused', /recipients/],
  ['body', '421 4.4.2 timeout', 'notifier_unavailable', /again/],
  ['body', '451 4.7.1 try again', 'notifier_unavailable', /again/],
  ['body', '452 4.3.1 no room', 'notifier_unavailable', /again/],
  ['body', '552 5.3.4 too big', 'notifier_refused', /recipients/],
  ['body', '554 5.7.1 spam', 'notifier_refused', /spam/],
  ['body', '550 5.7.1 policy', 'notifier_refused', /recipients/],
];

t.test('a reply of 4xx is for later, one of 5xx for somebody to look at, and either is clear', async (t) => {
  for (const [step, reply, code, hint] of replies) {
    const { service, failure } = await pair(t);
    service.misbehave(step, { kind: 'reply', reply });
    const error = await failure();
    t.equal(error.code, code, `${step} ${reply}`);
    t.match(error.hint, hint, `${step} ${reply}`);
    t.match(error.message, reply.slice(0, 9));
    t.notOk(error.facts['isUnclear']);
    t.same(service.mails, []);
  }
});

t.test('whom it was for stands neither in an error nor in a receipt', async (t) => {
  const to = 'Marie.Dupont@example.org';
  const said = `<marie.dupont@example.org> (${to}, Marie.Dupont)`;
  for (const [step, reply] of [
    ['rcpt', `550 5.1.1 ${said}: unknown`],
    ['body', `451 4.7.1 ${said} later`],
  ] as const) {
    const { service, notifier } = await pair(t, { recipients: [to] });
    service.misbehave(step, { kind: 'reply', reply });
    const error: unknown = await notifier.send(messageOf(), to, never).catch((thrown: unknown) => thrown);
    t.match(error, { message: /: (550 5\.1\.1|451 4\.7\.1) <…/ });
    t.notMatch(inspect(error, { depth: 8 }), /dupont/i);
  }
  const { service, notifier } = await pair(t, { recipients: [to] });
  service.misbehave('body', { kind: 'reply', reply: `250 2.0.0 queued for ${said}` });
  t.same(await notifier.send(messageOf(), to, never), { receipt: '250 2.0.0 queued for <…> (…, …)' });
});

t.test('a connection that breaks before the mail is out is clear, and after it is not', async (t) => {
  const steps: readonly SmtpStep[] = ['greeting', 'ehlo', 'auth', 'mail', 'rcpt', 'data', 'body'];
  for (const step of steps) {
    for (const kind of ['drop', 'drop_after'] as const) {
      const { service, failure } = await pair(t);
      service.misbehave(step, { kind });
      const { code, facts } = await failure();
      t.equal(code, 'connection_closed', `${kind} at ${step}`);
      t.equal(facts['isUnclear'] ?? false, step === 'body', `${kind} at ${step}`);
      t.equal(service.mails.length, step === 'body' && kind === 'drop_after' ? 1 : 0);
    }
  }
});

t.test('silence at any step ends with the signal, and leaves nothing open', async (t) => {
  const steps: readonly SmtpStep[] = ['greeting', 'ehlo', 'auth', 'mail', 'body'];
  for (const step of steps) {
    const { service, notifier } = await pair(t);
    service.misbehave(step, { kind: 'silence' });
    const controller = new AbortController();
    const sent = notifier.send(messageOf(), recipient, controller.signal);
    await service.silent();
    controller.abort();
    const error: unknown = await sent.catch((thrown: unknown) => thrown);
    t.match(error, { code: 'connection_timeout', facts: step === 'body' ? { isUnclear: true } : {} }, step);
    await service.close();
  }
});

t.test('who says garbage, or never comes to an end, is no mail server', async (t) => {
  for (const kind of ['garbage', 'endless'] as const) {
    for (const step of ['greeting', 'ehlo', 'mail', 'body'] as const) {
      const { service, failure } = await pair(t);
      service.misbehave(step, { kind });
      const { code, facts } = await failure();
      t.equal(code, 'answer_invalid', `${kind} at ${step}`);
      t.equal(facts['isUnclear'] ?? false, step === 'body', `${kind} at ${step}`);
    }
  }
});

t.test('slow bytes, and an answer that comes late, are answers', async (t) => {
  const { service, send } = await pair(t);
  for (const step of ['greeting', 'ehlo', 'auth', 'mail', 'rcpt', 'data', 'body'] as const)
    service.misbehave(step, { kind: 'slow' });
  await send();
  service.misbehave('body', { kind: 'hold' });
  const late = send();
  await service.holding();
  service.release();
  await late;
  t.equal(service.mails.length, 2);
});

const ours = makeCertificate({ commonName: 'mail.test', alternativeName: 'DNS:mail.test,IP:127.0.0.1' });
const skip = ours === undefined && 'there is no openssl here';
const { key = '', certificate = '' } = ours ?? {};

for (const [security, isFromStart] of [
  ['starttls', false],
  ['tls', true],
] as const) {
  const tls = { key, certificate, isFromStart };

  t.test(
    `${security}: all but the greeting is encrypted, under a certificate that holds`,
    { skip },
    async (t) => {
      const { service, send } = await pair(t, { security, authority: certificate }, { tls });
      await send();
      t.match(service.mails, [{ isEncrypted: true, user }]);
      const named = await pair(t, { security, authority: certificate, serverName: 'mail.test' }, { tls });
      await named.send();
      t.equal(named.service.mails.length, 1);
    },
  );

  t.test(`${security}: nothing is said under a certificate that does not hold`, { skip }, async (t) => {
    for (const values of [{}, { authority: certificate, serverName: 'other.test' }]) {
      const { service, failure } = await pair(t, { security, ...values }, { tls });
      const { code, message, facts, retryable } = await failure();
      t.same([code, facts['isCertificate'], retryable], ['notifier_unavailable', true, true], message);
      t.match(message, /the certificate of 127\.0\.0\.1:\d+ does not hold: [A-Z_]+$/);
      t.same(service.mails, []);
    }
  });

  t.test(`${security}: a server that does not encrypt is told no password`, async (t) => {
    const { service, failure } = await pair(t, { security });
    const { code } = await failure();
    t.match(code, security === 'tls' ? 'connection_closed' : 'notifier_refused');
    t.same(service.mails, []);
  });
}

t.test('starttls: what breaks or is refused there is told apart', { skip }, async (t) => {
  const tls = { key, certificate, isFromStart: false };
  const values = { security: 'starttls', authority: certificate };
  const later = await pair(t, values, { tls });
  later.service.misbehave('starttls', { kind: 'reply', reply: '454 4.7.0 TLS not available' });
  t.equal((await later.failure()).code, 'notifier_unavailable');
  const dropped = await pair(t, values, { tls });
  dropped.service.misbehave('starttls', { kind: 'drop' });
  t.equal((await dropped.failure()).code, 'connection_closed');
});

t.test('a password goes unencrypted to private networks only', async (t) => {
  const reaches: unknown[] = [];
  const network: Network = {
    connectTcp: ({ reach }: ConnectOptions) => {
      reaches.push(reach);
      return Promise.reject(new GatewayError('host_forbidden', 'no'));
    },
  };
  const ports = notifierPorts(t, { network });
  for (const values of [
    { security: 'none', user, password },
    { security: 'none', from: user },
    { security: 'starttls', user, password },
    { security: 'tls', user, password },
  ]) {
    const notifier = mail.open({ host: 'mail.example.org', recipients: [recipient], ...values }, ports);
    await t.rejects(notifier.send(messageOf(), recipient, never), { code: 'host_forbidden' });
  }
  t.same(reaches, ['private', 'internet', 'internet', 'internet']);
});

t.test('ports are the usual ones unless said', async (t) => {
  const asked: number[] = [];
  const network: Network = {
    connectTcp: ({ port }: ConnectOptions) => {
      asked.push(port);
      return Promise.reject(new GatewayError('connection_refused', 'no'));
    },
  };
  for (const values of [{}, { security: 'tls' }, { security: 'none' }, { port: 2_525 }]) {
    const notifier = mail.open(
      { host: 'h', recipients: [recipient], user, password, ...values },
      notifierPorts(t, { network }),
    );
    await t.rejects(notifier.send(messageOf(), recipient, never));
  }
  t.same(asked, [587, 465, 25, 2_525]);
});

t.test('what cannot work is refused before anything is sent, naming the setting', (t) => {
  const open = (values: OptionValues): Notifier =>
    mail.open({ host: 'h', recipients: [recipient], ...values }, notifierPorts(t));
  t.throws(() => open({ user }), {
    code: 'config_invalid',
    hint: /MAIL_PASSWORD/,
    facts: { option: 'password' },
  });
  t.throws(() => open({ user: 'ana', password }), { code: 'config_invalid', facts: { option: 'from' } });
  t.throws(() => open({ user, password, recipients: [] }), {
    code: 'config_invalid',
    message: /tell nobody/,
  });
  t.throws(() => open({}), { code: 'config_invalid', facts: { option: 'from' } });
  t.end();
});

t.test('an address is one that a mail can go to', (t) => {
  const pattern = new RegExp(mail.options['recipients']?.pattern ?? '');
  for (const good of [
    'a@b.fr',
    "o'neil+boiler@mail.example.org",
    'root@raspberrypi',
    'x@bücher.example',
    'é@x'.replace('é', 'e'),
  ])
    t.match(good, pattern, good);
  const bad = [
    '',
    'a',
    '@b.fr',
    'a@',
    'a@b..fr',
    'a b@c.fr',
    'a@b.fr\n',
    'a@b.fr>',
    'A <a@b.fr>',
    'a@b,c@d.fr',
    'a\r\nBcc: x@y.z@b.fr',
    'é@b.fr',
    'a@b.fr;c@d.fr',
    '.a@b.fr',
  ];
  for (const wrong of bad) t.notMatch(wrong, pattern, JSON.stringify(wrong));
  t.same(mail.recipients({ recipients: ['a@b.fr', 'a@b.fr', 'c@d.fr'] }), ['a@b.fr', 'c@d.fr']);
  t.equal(mail.shownRecipient('a@b.fr'), 'a…@b.fr');
  t.end();
});
