import { Readable, type Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type SmtpConnection from 'nodemailer/lib/smtp-connection';
import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import { GatewayError } from '../../core/errors.ts';
import type { Network } from '../../core/network.ts';
import type { OptionValues } from '../../core/option-field.ts';
import { NetworkStream } from '../network-stream.ts';
import { secureStream } from '../secure-stream.ts';
import { serverReach } from '../server-reach.ts';
import { tlsOptions } from '../tls-options.ts';
import { saidByService } from '../said-by-service.ts';
import { smtpFailure } from './smtp-failure.ts';

export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly security: 'starttls' | 'tls' | 'none';
  /** Empty: nobody is named, and no password is told. */
  readonly user: string;
  readonly password: string;
  /** `authority` and `serverName`, as tls-options.ts has them. */
  readonly certificate: OptionValues;
}

export interface WrittenMail {
  readonly from: string;
  readonly to: string;
  readonly body: Buffer;
}

/**
 * The library's own limits, besides the signal: of connecting and greeting, and of any one answer. A server may look at
 * a mail for minutes before it says that it has it, and who does not wait sends it twice (RFC 5321, 4.5.3.2.6).
 */
const greetingMsMax = 10_000;
const answerMsMax = 60_000;
const answerBytesMax = 65_536;

/**
 * Hands one mail to a server (RFC 5321), over a connection of its own. Returns what the server said when it took it.
 * Errors: those of the network and of TLS, and those of smtp-failure.ts; with the fact `isUnclear` where the whole mail
 * had gone out and no answer came.
 */
export async function deliverMail(
  server: MailServer,
  mail: WrittenMail,
  network: Network,
  signal: AbortSignal,
): Promise<string> {
  const { default: Connection } = await import('nodemailer/lib/smtp-connection');
  const stream = await openStream(server, network, signal);
  const connection = new Connection(optionsOf(server, stream));
  const talk = new SmtpTalk(connection, server, signal);
  try {
    return await talk.deliver(mail);
  } finally {
    connection.close();
    stream.destroy();
  }
}

function optionsOf(server: MailServer, stream: Duplex): SMTPConnectionOptions {
  const isTls = server.security === 'tls';
  const options: object = {
    host: server.host,
    port: server.port,
    // It wants a socket, and asks no more of it than this stream has.
    connection: stream,
    secure: isTls,
    secured: isTls,
    requireTLS: server.security === 'starttls',
    ignoreTLS: server.security === 'none',
    tls: tlsOf(server),
    // RFC 5321, 4.1.4: of a client without a name of its own. The machine's is nobody's business.
    name: '[127.0.0.1]',
    connectionTimeout: 2 * greetingMsMax,
    greetingTimeout: greetingMsMax,
    socketTimeout: answerMsMax,
    socketCloseTimeout: 0,
    maxResponseSize: answerBytesMax,
    logger: false,
  };
  return options;
}

async function openStream(server: MailServer, network: Network, signal: AbortSignal): Promise<Duplex> {
  const { host, port, security, password } = server;
  const reach = serverReach(security !== 'none', password);
  const stream = await NetworkStream.open(network, { host, port, reach }, signal);
  if (security !== 'tls') return stream;
  return await secureStream(stream, `${host}:${port}`, tlsOf(server), signal);
}

function tlsOf({ host, certificate }: MailServer): NonNullable<ReturnType<typeof tlsOptions>> {
  return tlsOptions(host, { ...certificate, tls: 'verify' }) ?? {};
}

/** One conversation: each step ends with its answer, with the connection, or with the signal. */
class SmtpTalk {
  readonly #connection: SmtpConnection;
  readonly #server: MailServer;
  readonly #signal: AbortSignal;
  readonly #broken = Promise.withResolvers<never>();
  /** Whether the server may have all of it. */
  #isHandedOver = false;

  constructor(connection: SmtpConnection, server: MailServer, signal: AbortSignal) {
    this.#connection = connection;
    this.#server = server;
    this.#signal = signal;
    // It stays: what breaks afterwards has nobody to go to, and must not end the process.
    connection.on('error', (error: Error) => this.#broken.reject(error));
    this.#broken.promise.catch(() => undefined);
  }

  async deliver({ from, to, body }: WrittenMail): Promise<string> {
    // Servers like to say whom it was for.
    const secrets = [this.#server.password, to, to.slice(0, to.lastIndexOf('@'))];
    const giveUp = (): void => this.#broken.reject(this.#tooLate());
    this.#signal.addEventListener('abort', giveUp, { once: true });
    if (this.#signal.aborted) giveUp();
    try {
      await this.#step<unknown>((done) => this.#connection.connect(done));
      await this.#logIn();
      const source = Readable.from([body]);
      // The library's own listener, which ends the mail with its dot, comes after this one.
      source.once('end', () => (this.#isHandedOver = true));
      const sent = await this.#step<{ readonly response: string }>((done) =>
        this.#connection.send({ from, to: [to], size: body.length }, source, done),
      );
      this.#connection.quit();
      return saidByService(sent.response, secrets);
    } catch (error) {
      throw smtpFailure(error, {
        ...this.#server,
        secrets,
        isHandedOver: this.#isHandedOver,
        certificateProblem: this.#certificateProblem,
      });
    } finally {
      this.#signal.removeEventListener('abort', giveUp);
    }
  }

  /** Of what STARTTLS made: the stream below may be gone before that is told. */
  get #certificateProblem(): string | undefined {
    const socket = this.#connection._socket;
    if (!(socket instanceof TLSSocket)) return undefined;
    const { authorizationError: problem } = socket as { readonly authorizationError: unknown };
    return typeof problem === 'string' ? problem : undefined;
  }

  async #logIn(): Promise<void> {
    const { user, password: pass, host } = this.#server;
    if (user === '') return;
    if (!this.#connection.allowsAuth)
      throw new GatewayError('notifier_refused', `the mail server ${host} lets nobody log in there`, {
        hint: 'check port and security (587 with starttls, 465 with tls), or leave out user',
      });
    await this.#step<unknown>((done) => this.#connection.login({ user, credentials: { user, pass } }, done));
  }

  async #step<Result>(
    begin: (done: (error?: Error | null, result?: Result) => void) => void,
  ): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    begin((error, result) => (error ? reject(error) : resolve(result as Result)));
    return await Promise.race([this.#broken.promise, promise]);
  }

  #tooLate(): GatewayError {
    const { host, port } = this.#server;
    return new GatewayError('connection_timeout', `the mail server ${host}:${port} did not answer in time`, {
      hint: 'check host and port, and that it is reachable',
    });
  }
}
