import type { Test } from 'tap';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { DiscordWebhookService } from '../../../modbus-sim/services/discord-webhook-service.ts';
import type { Misbehaviour } from '../../../modbus-sim/services/misbehaviour.ts';
import { ServiceServer } from '../../../modbus-sim/services/service-server.ts';
import type { SimulatedService } from '../../../modbus-sim/services/service.ts';
import { SmsGatewayService } from '../../../modbus-sim/services/sms-gateway-service.ts';
import { SmtpService } from '../../../modbus-sim/services/smtp-service.ts';
import { VonageService } from '../../../modbus-sim/services/vonage-service.ts';
import { WebhookService } from '../../../modbus-sim/services/webhook-service.ts';
import { nowMs } from './notifier-ports.ts';

/** The other side of a notifier, over a real port. */
export interface NotifierStub {
  readonly options: OptionValues;
  /** Texts that may be seen by nobody. */
  readonly secrets: readonly string[];
  /** The words of what it has, in the order in which it took them. */
  taken(): readonly string[];
  fail(how: 'refuse' | 'unavailable' | 'limit' | 'drop_after' | 'silence' | 'endless' | 'nonsense'): void;
  /** Returns when somebody waits for an answer that does not come. */
  silent(): Promise<void>;
  close(): Promise<void>;
}

export interface NotifierCase {
  readonly recipient: string;
  readonly shownRecipient: string;
  start(t: Test): Promise<NotifierStub>;
}

interface FailingService extends SimulatedService {
  fail(status: number | undefined): void;
}

interface HttpParts {
  readonly service: FailingService;
  readonly taken: () => readonly string[];
  readonly options: (url: string) => OptionValues;
  readonly secrets: readonly string[];
}

const statuses = { refuse: 403, unavailable: 503, limit: 429 } as const;
const ways: Readonly<Record<string, Misbehaviour>> = {
  drop_after: 'reset',
  silence: 'silent',
  endless: 'huge',
  nonsense: 'wrong_types',
};

async function httpStub(t: Test, { service, taken, options, secrets }: HttpParts): Promise<NotifierStub> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const onSilence = (): void => resolve(undefined);
  const server = await ServiceServer.start({ service, nowMs: () => nowMs, onSilence });
  t.teardown(() => server.close());
  return {
    options: options(server.url),
    secrets,
    taken,
    fail: (how) => {
      if (how in statuses) service.fail(statuses[how as keyof typeof statuses]);
      else server.misbehave(ways[how]);
    },
    silent: async () => await promise,
    close: async () => await server.close(),
  };
}

const number = '33612345678';
const shownNumber = '+33…78';

/** By kind: all that the suite asks is the same for all of them. */
export const notifierCases: Readonly<Record<string, NotifierCase>> = {
  'discord-webhook': {
    recipient: '',
    shownRecipient: '',
    start: async (t) => {
      const service = new DiscordWebhookService({
        webhookId: '1160000000000000001',
        token: 'tok-en_0123456789abcdef',
      });
      return await httpStub(t, {
        service,
        taken: () => service.messages.map(({ content }) => content),
        options: (url) => ({ url: `${url}${service.path}` }),
        secrets: ['tok-en_0123456789abcdef'],
      });
    },
  },
  'http-sms': {
    recipient: number,
    shownRecipient: shownNumber,
    start: async (t) => {
      const service = new SmsGatewayService({ key: 'sesam-open-dich' });
      return await httpStub(t, {
        service,
        taken: () => service.messages.map(({ text }) => text),
        options: (url) => ({
          url: `${url}/send?key=sesam-open-dich&to={to}&text={text}`,
          recipients: [number],
          successText: 'OK',
        }),
        secrets: ['sesam-open-dich'],
      });
    },
  },
  mail: {
    recipient: 'marie.dupont@example.org',
    shownRecipient: 'm…@example.org',
    start: startMail,
  },
  'vonage-sms': {
    recipient: number,
    shownRecipient: shownNumber,
    start: async (t) => {
      const [apiKey, apiSecret] = ['vonage-key-77', 'vonage-geheim-88'];
      const service = new VonageService({ apiKey, apiSecret });
      return await httpStub(t, {
        service,
        taken: () => service.messages.map(({ text }) => text),
        options: (baseUrl) => ({ apiKey, apiSecret, recipients: [number], baseUrl }),
        secrets: [apiKey, apiSecret],
      });
    },
  },
  webhook: {
    recipient: '',
    shownRecipient: '',
    start: async (t) => {
      const [token, secret] = ['bearer-geheim-1', 'whsec_c2lnbmF0dXJlLWtleS0xMjM0NTY3ODkw'];
      const service = new WebhookService({ token, secret });
      return await httpStub(t, {
        service,
        taken: () =>
          [...service.messages.values()].map(({ title, text }) => `${String(title)}\n${String(text)}`),
        options: (url) => ({ url: `${url}/hooks/path-secret-1`, token, secret }),
        secrets: [token, secret, 'path-secret-1'],
      });
    },
  },
};

async function startMail(t: Test): Promise<NotifierStub> {
  const password = 'app-geheim-4711';
  const service = await SmtpService.start({ passwords: { 'egw@example.org': password } });
  t.teardown(() => service.close());
  const fail: NotifierStub['fail'] = (how) => {
    switch (how) {
      case 'refuse':
        service.misbehave('rcpt', { kind: 'reply', reply: '550 5.1.1 no such user' });
        return;
      case 'unavailable':
        service.misbehave('rcpt', { kind: 'reply', reply: '451 4.7.1 greylisted, come back' });
        return;
      case 'limit':
        service.misbehave('mail', { kind: 'reply', reply: '421 4.7.0 too many mails' });
        return;
      case 'nonsense':
        service.misbehave('body', { kind: 'garbage' });
        return;
      default:
        service.misbehave('body', { kind: how });
    }
  };
  return {
    options: {
      host: '127.0.0.1',
      port: service.port,
      security: 'none',
      user: 'egw@example.org',
      password,
      recipients: ['marie.dupont@example.org'],
    },
    secrets: [password, Buffer.from(password).toString('base64')],
    taken: () => service.mails.map(({ subject, text }) => `${subject}\n${text}`),
    fail,
    silent: async () => await service.silent(),
    close: async () => await service.close(),
  };
}
