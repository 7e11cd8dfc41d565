import { SeededRandom } from '../random.ts';
import { DiscordServer } from './discord-server.ts';
import { DiscordWebhookService } from './discord-webhook-service.ts';
import type { ServiceSettings } from './home-services.ts';
import { ServiceServer } from './service-server.ts';
import { jsonAnswer, type SimulatedService } from './service.ts';
import { SmsGatewayService } from './sms-gateway-service.ts';
import { SmtpService } from './smtp-service.ts';
import { VonageService } from './vonage-service.ts';
import { WebhookService } from './webhook-service.ts';

export interface PeopleServicesOptions {
  readonly seed: number;
  readonly nowMs: () => number;
  readonly host: string;
  /** Of the first, the others following; 0: any free ones. */
  readonly portBase: number;
}

export interface RunningPeople {
  /** What a gateway has to be told to reach them, by the kind of notifier. */
  readonly settings: Readonly<Record<string, ServiceSettings>>;
  /** The same for its bot. */
  readonly bot: ServiceSettings;
  /** Answers GET with all that they have got, as JSON. */
  readonly inboxUrl: string;
  close(): Promise<void>;
}

const mailUser = 'egw@example.org';
const mailbox = 'somebody@example.org';
const telephone = '33612345678';
const guild = '114000000000000000';
const guildMembers = ['800000000000000001', '800000000000000002', '800000000000000003'];

/**
 * Those whom a gateway tells something: a mail server, SMS by Vonage and by a router, a Discord channel, a program, and
 * a Discord server (guild) for its bot. Keys
 * and passwords follow from the seed. Throws what node:net says when a port cannot be had.
 */
export async function startPeopleServices(options: PeopleServicesOptions): Promise<RunningPeople> {
  const { seed, host, portBase, nowMs } = options;
  const secretOf = (name: string): string =>
    new SeededRandom(seed).fork(`secret of ${name}`).uint32().toString(16).padStart(8, '0').repeat(3);
  const portOf = (index: number): number => (portBase === 0 ? 0 : portBase + index);
  const [password, apiKey, apiSecret] = [secretOf('mail'), secretOf('sms').slice(0, 8), secretOf('sms')];
  const [token, key, secret] = [secretOf('chat'), secretOf('router'), secretOf('program')];
  const discord = new DiscordWebhookService({ webhookId: '1160000000000000001', token });
  const router = new SmsGatewayService({ key });
  const vonage = new VonageService({ apiKey, apiSecret });
  const program = new WebhookService({ secret });
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(closers.map(async (closeOne) => await closeOne()));
  };
  try {
    const mail = await SmtpService.start({ host, port: portOf(0), passwords: { [mailUser]: password } });
    closers.push(async () => await mail.close());
    const inbox: SimulatedService = {
      id: 'inbox',
      handle: () =>
        jsonAnswer(200, {
          mails: mail.mailbox.map(({ from, to, subject, text, messageId }) => ({
            from,
            to,
            subject,
            text,
            messageId,
          })),
          sms: [...vonage.messages, ...router.messages],
          discord: discord.messages,
          webhook: [...program.messages.values()],
        }),
    };
    const urls: string[] = [];
    for (const [index, service] of [discord, router, vonage, program, inbox].entries()) {
      const server = await ServiceServer.start({ service, nowMs, host, port: portOf(index + 1), seed });
      closers.push(async () => await server.close());
      urls.push(server.url);
    }
    const bot = await startGuild({ token: secretOf('bot'), guild, host, port: portOf(urls.length + 1) });
    closers.push(async () => await bot.close());
    const [discordUrl, routerUrl, vonageUrl, programUrl, inboxUrl] = urls.map(String);
    const recipients = [telephone];
    const settings = {
      mail: { host, port: mail.port, security: 'none', user: mailUser, password, recipients: [mailbox] },
      'discord-webhook': { url: `${discordUrl}${discord.path}` },
      'http-sms': { url: `${routerUrl}/send?key=${key}&to={to}&text={text}`, successText: 'OK', recipients },
      'vonage-sms': { baseUrl: String(vonageUrl), apiKey, apiSecret, recipients },
      webhook: { url: `${programUrl}/boiler`, secret },
    };
    return {
      settings,
      bot: { token: secretOf('bot'), guild, apiUrl: bot.apiUrl },
      inboxUrl: String(inboxUrl),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** No answer is late there: the simulation's time may run faster than the bot. */
async function startGuild(options: {
  readonly token: string;
  readonly guild: string;
  readonly host: string;
  readonly port: number;
}): Promise<DiscordServer> {
  const server = await DiscordServer.start({ ...options, nowMs: () => 0 });
  for (const id of guildMembers) server.rest.members.add(id);
  return server;
}
