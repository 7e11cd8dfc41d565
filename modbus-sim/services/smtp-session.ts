import { receivedMail, type ReceivedMail } from './received-mail.ts';

/** Where in a conversation the server is asked to say something; `body` is after the dot. */
export type SmtpStep = 'greeting' | 'ehlo' | 'starttls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'body' | 'quit';

export interface SmtpAnswer {
  readonly step: SmtpStep;
  /** Without the last line's end. */
  readonly reply: string;
  /** What follows the reply. */
  readonly then?: 'close' | 'encrypt';
  /** What the server has with this reply. */
  readonly mail?: ReceivedMail;
}

export interface SmtpRules {
  /** By user; without any nobody needs to log in. */
  readonly passwords: Readonly<Record<string, string>>;
  readonly offersStartTls: boolean;
  readonly isEncrypted: boolean;
  /** What it says at a step in place of what it should; undefined: as it should. */
  readonly refusal: (step: SmtpStep) => string | undefined;
}

const lineLengthMax = 4_096;
const mailBytesMax = 1_048_576;

/** One conversation with a mail server (RFC 5321, 3207, 4954, 2920): bytes in, answers out; no clock, no sockets. */
export class SmtpSession {
  readonly #rules: SmtpRules;
  #pending = Buffer.alloc(0);
  #mode: 'command' | 'data' | 'plain' | 'login-user' | 'login-password' | 'ended' = 'command';
  #loginUser = '';
  #user = '';
  #isGreeted = false;
  #from: string | undefined;
  #to: string[] = [];

  readonly #commands: Readonly<Record<string, (line: string, verb: string) => SmtpAnswer>> = {
    EHLO: (_, verb) => this.#hello(verb),
    HELO: (_, verb) => this.#hello(verb),
    STARTTLS: () => this.#startTls(),
    AUTH: (line) => this.#auth(line),
    MAIL: (line) => this.#sender(line),
    RCPT: (line) => this.#recipient(line),
    DATA: () => this.#data(),
    QUIT: () => this.#quit(),
    RSET: () => this.#reset(),
    NOOP: () => ({ step: 'mail', reply: '250 2.0.0 OK' }),
  };

  constructor(rules: SmtpRules) {
    this.#rules = rules;
  }

  greeting(): SmtpAnswer {
    return this.#answer('greeting', '220 mail.example.org ESMTP simulated');
  }

  /** Answers in the order of what was asked: a client may say several things at once. */
  receive(bytes: Uint8Array): readonly SmtpAnswer[] {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    const answers: SmtpAnswer[] = [];
    for (;;) {
      const answer = this.#next();
      if (answer === undefined) return answers;
      if (answer !== 'more') answers.push(answer);
      // RFC 3207, 4.2: what was said before is forgotten.
      if (answer !== 'more' && answer.then !== undefined) this.#pending = Buffer.alloc(0);
    }
  }

  #next(): SmtpAnswer | 'more' | undefined {
    if (this.#mode === 'ended') return undefined;
    if (this.#mode === 'data') return this.#body();
    const end = this.#pending.indexOf('\r\n');
    if (end === -1) return this.#pending.length > lineLengthMax ? this.#tooLong() : undefined;
    const line = this.#pending.subarray(0, end).toString();
    this.#pending = this.#pending.subarray(end + 2);
    return this.#mode === 'command' ? this.#command(line) : this.#credentials(line);
  }

  #tooLong(): SmtpAnswer {
    this.#mode = 'ended';
    return { step: 'ehlo', reply: '500 5.5.2 line too long', then: 'close' };
  }

  #command(line: string): SmtpAnswer {
    const verb = /^\w*/.exec(line)?.[0].toUpperCase() ?? '';
    const answer = this.#commands[verb];
    return answer?.(line, verb) ?? { step: 'ehlo', reply: '502 5.5.1 command not implemented' };
  }

  #quit(): SmtpAnswer {
    this.#mode = 'ended';
    return { ...this.#answer('quit', '221 2.0.0 bye'), then: 'close' };
  }

  #reset(): SmtpAnswer {
    this.#forgetMail();
    return { step: 'mail', reply: '250 2.0.0 OK' };
  }

  #hello(verb: string): SmtpAnswer {
    const { offersStartTls, isEncrypted, passwords } = this.#rules;
    const extensions = [
      'PIPELINING',
      '8BITMIME',
      `SIZE ${mailBytesMax}`,
      ...(offersStartTls && !isEncrypted ? ['STARTTLS'] : []),
      ...(Object.keys(passwords).length > 0 ? ['AUTH PLAIN LOGIN'] : []),
    ];
    const lines = ['mail.example.org', ...(verb === 'EHLO' ? extensions : [])];
    const reply = lines.map((text, index) => `250${index === lines.length - 1 ? ' ' : '-'}${text}`);
    return this.#answer('ehlo', reply.join('\r\n'), () => (this.#isGreeted = true));
  }

  #startTls(): SmtpAnswer {
    const { offersStartTls, isEncrypted } = this.#rules;
    if (!offersStartTls || isEncrypted) return { step: 'starttls', reply: '502 5.5.1 not here' };
    const answer = this.#answer('starttls', '220 2.0.0 ready to start TLS');
    return answer.reply.startsWith('220') ? { ...answer, then: 'encrypt' } : answer;
  }

  #auth(line: string): SmtpAnswer {
    const [, mechanism = '', initial] = line.split(' ');
    if (mechanism.toUpperCase() === 'LOGIN') {
      this.#mode = 'login-user';
      return { step: 'auth', reply: '334 VXNlcm5hbWU6' };
    }
    if (mechanism.toUpperCase() !== 'PLAIN')
      return { step: 'auth', reply: '504 5.5.4 mechanism not supported' };
    if (initial !== undefined) return this.#plain(initial);
    this.#mode = 'plain';
    return { step: 'auth', reply: '334 ' };
  }

  #credentials(line: string): SmtpAnswer {
    const text = Buffer.from(line, 'base64').toString();
    if (this.#mode === 'plain') return this.#plain(line);
    if (this.#mode === 'login-user') {
      this.#mode = 'login-password';
      this.#loginUser = text;
      return { step: 'auth', reply: '334 UGFzc3dvcmQ6' };
    }
    return this.#logIn(this.#loginUser, text);
  }

  #plain(base64: string): SmtpAnswer {
    const [, user = '', password = ''] = Buffer.from(base64, 'base64').toString().split('\0');
    return this.#logIn(user, password);
  }

  #logIn(user: string, password: string): SmtpAnswer {
    this.#mode = 'command';
    const { passwords } = this.#rules;
    if (!Object.hasOwn(passwords, user) || passwords[user] !== password)
      return { step: 'auth', reply: '535 5.7.8 Username and Password not accepted' };
    return this.#answer('auth', '235 2.7.0 accepted', () => (this.#user = user));
  }

  #sender(line: string): SmtpAnswer {
    const address = /^MAIL FROM:<([^<>\s]*)>( [\w=-]+)*$/i.exec(line)?.[1];
    if (!this.#isGreeted || this.#from !== undefined)
      return { step: 'mail', reply: '503 5.5.1 bad sequence' };
    if (address === undefined) return { step: 'mail', reply: '501 5.5.4 syntax error' };
    if (Object.keys(this.#rules.passwords).length > 0 && this.#user === '')
      return { step: 'mail', reply: '530 5.7.0 Authentication required' };
    return this.#answer('mail', '250 2.1.0 OK', () => (this.#from = address));
  }

  #recipient(line: string): SmtpAnswer {
    const address = /^RCPT TO:<([^<>\s]+)>$/i.exec(line)?.[1];
    if (this.#from === undefined) return { step: 'rcpt', reply: '503 5.5.1 bad sequence' };
    if (address === undefined) return { step: 'rcpt', reply: '501 5.5.4 syntax error' };
    return this.#answer('rcpt', '250 2.1.5 OK', () => this.#to.push(address));
  }

  #data(): SmtpAnswer {
    if (this.#to.length === 0) return { step: 'data', reply: '503 5.5.1 no valid recipients' };
    return this.#answer('data', '354 go ahead', () => (this.#mode = 'data'));
  }

  #body(): SmtpAnswer | undefined {
    // The dot may come as the first line.
    const whole = Buffer.concat([Buffer.from('\r\n'), this.#pending]);
    const end = whole.indexOf('\r\n.\r\n');
    if (end === -1 && whole.length <= mailBytesMax) return undefined;
    this.#mode = 'command';
    const envelope = {
      from: this.#from ?? '',
      to: this.#to,
      user: this.#user,
      isEncrypted: this.#rules.isEncrypted,
    };
    this.#forgetMail();
    if (end === -1) {
      this.#mode = 'ended';
      return { step: 'body', reply: '552 5.3.4 message too big', then: 'close' };
    }
    this.#pending = whole.subarray(end + 5);
    const unstuffed = whole
      .subarray(2, end + 2)
      .toString('latin1')
      .replace(/^\.\./gm, '.');
    const answer = this.#answer('body', '250 2.0.0 OK queued');
    const isTaken = answer.reply.startsWith('250');
    return isTaken ? { ...answer, mail: receivedMail(envelope, Buffer.from(unstuffed, 'latin1')) } : answer;
  }

  #forgetMail(): void {
    this.#from = undefined;
    this.#to = [];
  }

  #answer(step: SmtpStep, reply: string, onGood?: () => void): SmtpAnswer {
    const refusal = this.#rules.refusal(step);
    if (refusal === undefined) onGood?.();
    // RFC 5321, 4.2: after a 421 the server hangs up.
    if (refusal?.startsWith('421')) {
      this.#mode = 'ended';
      return { step, reply: refusal, then: 'close' };
    }
    return { step, reply: refusal ?? reply };
  }
}
