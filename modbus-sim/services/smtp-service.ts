import { EventEmitter, once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ReceivedMail } from './received-mail.ts';
import { SmtpSession, type SmtpAnswer, type SmtpStep } from './smtp-session.ts';

/**
 * What a server does at a step in place of answering. `reply`: it answers so, and takes nothing. `drop` hangs up before
 * anything is taken, `drop_after` when it has taken it, before it says so. `silence` never answers. `garbage` is what no
 * mail server says, `endless` never comes to a line's end. `slow` says what it should, a byte at a time, `hold` when it is
 * released.
 */
export type SmtpMisbehaviour =
  | { readonly kind: 'reply'; readonly reply: string }
  | { readonly kind: 'drop' | 'drop_after' | 'silence' | 'garbage' | 'endless' | 'slow' | 'hold' };

export interface SmtpServiceOptions {
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** By user; without any nobody needs to log in. */
  readonly passwords?: Readonly<Record<string, string>>;
  /** With `from_start` as at port 465, else by STARTTLS as at port 587; PEM. Absent: not encrypted. */
  readonly tls?: { readonly key: string; readonly certificate: string; readonly isFromStart: boolean };
}

const endlessBytes = Buffer.alloc(65_536, 'x');

/** A mail server that keeps what it takes, on a real port. It does as it should until it is told to misbehave. */
export class SmtpService {
  /** In the order in which they were taken, those too that came before with the same Message-ID. */
  readonly mails: ReceivedMail[] = [];
  readonly #options: SmtpServiceOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #news = new EventEmitter();
  readonly #misbehaviours = new Map<SmtpStep, { readonly what: SmtpMisbehaviour; times: number }>();
  readonly #held: (() => void)[] = [];
  #connections = 0;

  private constructor(options: SmtpServiceOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** Throws what node:net says when the port cannot be had. */
  static async start(options: SmtpServiceOptions = {}): Promise<SmtpService> {
    const service = new SmtpService(options);
    service.#server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
    await once(service.#server, 'listening');
    return service;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many connections came so far. */
  get connections(): number {
    return this.#connections;
  }

  /** As a mailbox shows them: each Message-ID once. */
  get mailbox(): readonly ReceivedMail[] {
    return [...new Map(this.mails.map((mail) => [mail.messageId, mail])).values()];
  }

  /** Returns when so many mails were taken. */
  async taken(count: number): Promise<void> {
    while (this.mails.length < count) await once(this.#news, 'mail');
  }

  /** Returns when somebody waits for an answer that does not come. */
  async silent(): Promise<void> {
    await once(this.#news, 'silence');
  }

  /** Returns when an answer is held. */
  async holding(): Promise<void> {
    while (this.#held.length === 0) await once(this.#news, 'held');
  }

  /** Says what was held. */
  release(): void {
    for (const say of this.#held.splice(0)) say();
  }

  /** So many times, for ever unless said; without one it behaves again. */
  misbehave(step: SmtpStep, what: SmtpMisbehaviour | undefined, times = Number.POSITIVE_INFINITY): void {
    if (what === undefined) this.#misbehaviours.delete(step);
    else this.#misbehaviours.set(step, { what, times });
  }

  /** Hangs up and frees the port. Calling it again does nothing. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(socket: Socket): void {
    this.#connections += 1;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // A client that hangs up is its own affair.
    socket.on('error', () => undefined);
    const { tls } = this.#options;
    if (tls?.isFromStart === true) this.#talk(this.#encrypted(socket), true, true);
    else this.#talk(socket, false, true);
  }

  #encrypted(socket: Socket): TLSSocket {
    const { key = '', certificate: cert = '' } = this.#options.tls ?? {};
    const secured = new TLSSocket(socket, { isServer: true, key, cert });
    secured.on('error', () => socket.destroy());
    return secured;
  }

  #talk(socket: Socket, isEncrypted: boolean, greets: boolean): void {
    const { passwords = {}, tls } = this.#options;
    const session = new SmtpSession({
      passwords,
      isEncrypted,
      offersStartTls: tls?.isFromStart === false,
      refusal: (step) => this.#refusal(step),
    });
    const onData = (bytes: Buffer): void => {
      for (const answer of session.receive(bytes)) {
        if (!this.#say(socket, answer)) {
          socket.off('data', onData);
          return;
        }
        if (answer.then !== 'encrypt') continue;
        socket.off('data', onData);
        this.#talk(this.#encrypted(socket), true, false);
        return;
      }
    };
    socket.on('data', onData);
    if (greets && !this.#say(socket, session.greeting())) socket.off('data', onData).resume();
  }

  #refusal(step: SmtpStep): string | undefined {
    const plan = this.#misbehaviours.get(step);
    return plan?.what.kind === 'reply' && plan.times-- > 0 ? plan.what.reply : undefined;
  }

  /** Answers whether the conversation goes on. */
  #say(socket: Socket, answer: SmtpAnswer): boolean {
    const plan = this.#misbehaviours.get(answer.step);
    const kind = plan !== undefined && plan.what.kind !== 'reply' && plan.times-- > 0 ? plan.what : undefined;
    if (kind?.kind === 'drop') {
      socket.destroy();
      return false;
    }
    if (kind?.kind === 'silence') {
      this.#news.emit('silence');
      return false;
    }
    if (answer.mail !== undefined) {
      this.mails.push(answer.mail);
      this.#news.emit('mail');
    }
    if (kind?.kind !== 'hold') return write(socket, answer, kind);
    this.#held.push(() => void write(socket, answer, undefined));
    this.#news.emit('held');
    return true;
  }
}

function write(socket: Socket, answer: SmtpAnswer, what: SmtpMisbehaviour | undefined): boolean {
  const reply = `${answer.reply}\r\n`;
  switch (what?.kind) {
    case 'drop_after':
      socket.destroy();
      return false;
    case 'garbage':
      socket.write('\u0000\u0007 <html>Sign in</html>\r\n');
      return true;
    case 'endless':
      pour(socket);
      return false;
    case 'slow':
      trickle(socket, Buffer.from(reply));
      return true;
    default:
      socket.write(reply);
      if (answer.then === 'close') socket.end();
      return answer.then !== 'close';
  }
}

/** As long as somebody listens. */
function pour(socket: Socket): void {
  if (!socket.destroyed) socket.write(endlessBytes, () => pour(socket));
}

/** Each byte in a packet of its own, as far as the machine lets us. */
function trickle(socket: Socket, bytes: Buffer): void {
  socket.setNoDelay(true);
  for (let index = 0; index < bytes.length; index += 1) socket.write(bytes.subarray(index, index + 1));
}
