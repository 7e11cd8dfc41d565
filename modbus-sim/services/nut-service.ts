import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Of one power supply, by NUT's names. */
export type NutVariables = Readonly<Record<string, string>>;

export interface NutServiceOptions {
  /** By what upsd calls them. */
  readonly supplies: Readonly<Record<string, () => NutVariables>>;
  /** With one, nothing is told to others. */
  readonly user?: { readonly name: string; readonly password: string };
  /** Default 0: any free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Called when somebody has asked what will never be answered. */
  readonly onSilence?: () => void;
}

/**
 * What it does otherwise than it should. `stale` and `unplugged`: as upsd says so itself; `bytes` sends each byte by
 * itself; `hang_up` ends the connection in the middle of a line, `silent` never answers; `endless` never ends a line;
 * `other` speaks another protocol, `swapped` answers for another variable.
 */
export type NutMisbehaviour =
  'stale' | 'unplugged' | 'bytes' | 'hang_up' | 'silent' | 'endless' | 'other' | 'swapped';

interface Visitor {
  name: string | undefined;
  password: string | undefined;
  pending: string;
}

const endlessBytes = 1_048_576;

/** upsd of Network UPS Tools on a real port, after networkupstools.org/docs/developer-guide, “Network protocol information”. */
export class NutService {
  readonly #options: NutServiceOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #kind: NutMisbehaviour | undefined;
  /** Lines that were said to it, passwords and all. */
  readonly heard: string[] = [];

  private constructor(options: NutServiceOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** Throws what node:net says when the port cannot be had. */
  static async start(options: NutServiceOptions): Promise<NutService> {
    const service = new NutService(options);
    service.#server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
    await once(service.#server, 'listening');
    return service;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  misbehave(kind: NutMisbehaviour | undefined): void {
    this.#kind = kind;
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
    const visitor: Visitor = { name: undefined, password: undefined, pending: '' };
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('data', (bytes) => {
      visitor.pending += bytes.toString();
      const lines = visitor.pending.split('\n');
      visitor.pending = lines.pop() ?? '';
      for (const line of lines) this.#hear(line, visitor, socket);
    });
  }

  #hear(line: string, visitor: Visitor, socket: Socket): void {
    this.heard.push(line);
    if (line === 'LOGOUT') {
      socket.end('OK Goodbye\n');
      return;
    }
    const answer = `${this.#answer(line, visitor).join('\n')}\n`;
    switch (this.#kind) {
      case 'silent':
        this.#options.onSilence?.();
        return;
      case 'hang_up':
        socket.end(answer.slice(0, answer.length / 2));
        return;
      case 'endless':
        socket.write('VAR '.repeat(endlessBytes / 4));
        return;
      case 'other':
        socket.write('220 mail.example.org ESMTP\r\n');
        return;
      case 'bytes':
        for (const character of answer) socket.write(character);
        return;
      case 'swapped':
        socket.write(answer.replaceAll(/ (ups|battery|input)\./g, ' outlet.'));
        return;
      default:
        socket.write(answer);
    }
  }

  #answer(line: string, visitor: Visitor): readonly string[] {
    const [command = '', ...rest] = wordsOf(line);
    switch (command) {
      case 'USERNAME':
        visitor.name = rest[0];
        return ['OK'];
      case 'PASSWORD':
        visitor.password = rest[0];
        return ['OK'];
      case 'LOGIN':
        return [this.#login(rest[0] ?? '', visitor)];
      case 'LIST':
        return rest[0] === 'UPS' ? this.#list(visitor) : ['ERR INVALID-ARGUMENT'];
      case 'GET':
        return [this.#variable(rest, visitor)];
      default:
        return ['ERR UNKNOWN-COMMAND'];
    }
  }

  #login(ups: string, visitor: Visitor): string {
    if (visitor.name === undefined) return 'ERR USERNAME-REQUIRED';
    if (visitor.password === undefined) return 'ERR PASSWORD-REQUIRED';
    if (!Object.hasOwn(this.#options.supplies, ups)) return 'ERR UNKNOWN-UPS';
    return this.#isLetIn(visitor) ? 'OK' : 'ERR ACCESS-DENIED';
  }

  #isLetIn({ name, password }: Visitor): boolean {
    const { user } = this.#options;
    return user === undefined || (user.name === name && user.password === password);
  }

  #list(visitor: Visitor): readonly string[] {
    if (!this.#isLetIn(visitor)) return ['ERR ACCESS-DENIED'];
    const names = Object.keys(this.#options.supplies);
    return [
      'BEGIN LIST UPS',
      ...names.map((name) => `UPS ${name} "Description of \\"${name}\\""`),
      'END LIST UPS',
    ];
  }

  #variable([what, ups = '', variable = '']: readonly string[], visitor: Visitor): string {
    if (what !== 'VAR') return 'ERR INVALID-ARGUMENT';
    if (!this.#isLetIn(visitor)) return 'ERR ACCESS-DENIED';
    const supply = Object.hasOwn(this.#options.supplies, ups) ? this.#options.supplies[ups] : undefined;
    if (supply === undefined) return 'ERR UNKNOWN-UPS';
    if (this.#kind === 'stale') return 'ERR DATA-STALE';
    if (this.#kind === 'unplugged') return 'ERR DRIVER-NOT-CONNECTED';
    const value = supply()[variable];
    return value === undefined ? 'ERR VAR-NOT-SUPPORTED' : `VAR ${ups} ${variable} "${escaped(value)}"`;
  }
}

function wordsOf(line: string): readonly string[] {
  const words = line.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  return words.map((word) => (word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word));
}

function escaped(value: string): string {
  return value.replace(/["\\]/g, String.raw`\$&`);
}
