import { createServer, type Server, type Socket } from 'node:net';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Logger } from '../../core/logger.ts';
import type { CommandDeclaration } from '../../features/command.ts';
import type { NearbyDesk } from '../../features/nearby.ts';
import type { Dispatcher } from '../commands/dispatcher.ts';
import { listenOnLocalSocket } from '../rest/local-socket.ts';
import { gatewayErrorFrom } from '../rest/problem.ts';
import { LineJoiner } from './line-joiner.ts';
import { createAskReader, type AskReader, type NearbyAsk } from './nearby-asks.ts';

export interface NearbyServerParts {
  readonly logger: Logger;
  readonly desk: NearbyDesk;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  /** Those of them that have a form for somebody nearby can be asked for, and no others. */
  readonly commands: readonly CommandDeclaration[];
}

/** The socket at which the radio asks, and nothing else: docs/provisioning-protocol.md, section 5. */
export interface NearbyServer {
  /** Errors: `data_dir_in_use data_dir_unusable`. */
  listen(path: string): Promise<void>;
  close(): Promise<void>;
}

/** Nobody asks before `listen`. */
export function createNearbyServer(parts: NearbyServerParts): NearbyServer {
  const { desk } = parts;
  const verbs = new Map(
    parts.commands.flatMap((command) => (command.nearby ? [[command.nearby.verb, command]] : [])),
  );
  const answers = { ...parts, verbs, read: createAskReader() };
  let radio: RadioConnection | undefined;
  const server: Server = createServer((socket) => {
    radio?.end();
    const connection = new RadioConnection(socket, answers);
    radio = connection;
    desk.radioChanged(true);
    socket.once('close', () => {
      if (radio !== connection) return;
      radio = undefined;
      desk.radioChanged(false);
    });
  });
  const stopDoor = desk.onDoor((door) => radio?.tell({ event: 'door', door }));
  const stopJoining = desk.onJoining((joining) => radio?.tell({ event: 'joining', joining }));
  return {
    listen: async (path) => await listenOnLocalSocket(server, path),
    close: async () => {
      stopDoor();
      stopJoining();
      if (!server.listening) return;
      const { promise, resolve } = Promise.withResolvers<undefined>();
      server.close(() => resolve(undefined));
      radio?.end();
      await promise;
    },
  };
}

interface ConnectionParts extends NearbyServerParts {
  readonly verbs: ReadonlyMap<string, CommandDeclaration>;
  readonly read: AskReader;
}

/** One radio. What it asks is answered as it comes to be known, each answer with the number of its ask. */
class RadioConnection {
  readonly #socket: Socket;
  readonly #parts: ConnectionParts;
  readonly #lines = new LineJoiner(limits.nearbyLineBytesMax);
  readonly #ending = new AbortController();
  #underWay = 0;

  constructor(socket: Socket, parts: ConnectionParts) {
    this.#socket = socket;
    this.#parts = parts;
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#ending.abort(new GatewayError('connection_closed', 'the radio went before it had its answer'));
    });
    socket.on('data', (chunk: Uint8Array) => {
      if (!socket.writableEnded) this.#take(chunk);
    });
  }

  tell(message: Readonly<Record<string, unknown>>): void {
    if (this.#socket.destroyed) return;
    this.#socket.write(`${JSON.stringify(message)}\n`);
    // A radio that does not read is none.
    if (this.#socket.writableLength > limits.nearbyUnreadBytesMax) this.end();
  }

  end(): void {
    this.#socket.destroy();
  }

  #take(chunk: Uint8Array): void {
    try {
      for (const line of this.#lines.add(chunk)) void this.#answer(line);
    } catch (error) {
      this.#refuse(0, error);
      this.#socket.end();
    }
  }

  async #answer(line: Uint8Array): Promise<void> {
    let id = 0;
    this.#underWay += 1;
    try {
      const ask = this.#parts.read(line);
      id = ask.id;
      this.tell({ id, answer: await this.#answerOf(ask) });
      if (ask.ask === 'describe') this.tell({ event: 'door', door: this.#parts.desk.door() });
    } catch (error) {
      this.#refuse(id, error);
    } finally {
      this.#underWay -= 1;
    }
  }

  async #answerOf(ask: NearbyAsk): Promise<unknown> {
    const { desk } = this.#parts;
    if (this.#underWay > limits.nearbyAsksMax) throw tooMuch();
    switch (ask.ask) {
      case 'describe':
        return { ...desk.describe(), door: desk.door() };
      case 'hello': {
        const { handshake, frame } = await desk.hello(Buffer.from(ask.frame, 'base64'));
        return { handshake, frame: base64(frame) };
      }
      case 'proof': {
        const proved = desk.proof(ask.handshake, Buffer.from(ask.frame, 'base64'));
        const { session, frame, toDevice, toClient } = proved;
        return { session, frame: base64(frame), toDevice: base64(toDevice), toClient: base64(toClient) };
      }
      case 'verb':
        return await this.#verb(ask);
      case 'end': {
        const { session, handshake } = ask;
        desk.end({
          ...(session !== undefined && { session }),
          ...(handshake !== undefined && { handshake }),
        });
        return {};
      }
    }
  }

  /** Who asks is known first, so that a stranger learns nothing of what there is. */
  async #verb({ verb, input, way, session }: Extract<NearbyAsk, { ask: 'verb' }>): Promise<unknown> {
    const { desk, dispatcher, verbs } = this.#parts;
    const principal = desk.admit({ verb, way, session });
    const command = verbs.get(verb);
    if (command?.nearby === undefined) throw unknownVerb(verb, [...verbs.keys()]);
    if (!command.nearby.ways.includes(way)) throw notThisWay(verb, way);
    const call = { principal, signal: this.#ending.signal, origin: 'nearby' };
    return await dispatcher.dispatch(command.id, { ...input }, call);
  }

  #refuse(id: number, thrown: unknown): void {
    const error = gatewayErrorFrom(thrown);
    const { code, message, hint, retryable, facts } = error;
    if (code === 'internal_error')
      this.#parts.logger.error(
        { code, error: thrown },
        'an ask of the radio failed by a fault of the program',
      );
    const { id: known, ...others } = facts;
    this.tell({
      id: typeof known === 'number' ? known : id,
      problem: {
        ...{ code, message, hint: hint ?? '', retryable },
        ...(Object.keys(others).length > 0 && { facts: others }),
      },
    });
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function unknownVerb(verb: string, known: readonly string[]): GatewayError {
  return new GatewayError('command_unknown', `nobody nearby can ask for ${JSON.stringify(verb)}`, {
    hint: `there are ${known.join(', ')}`,
  });
}

function notThisWay(verb: string, way: string): GatewayError {
  return new GatewayError('forbidden', `${verb} is not for those who come in by ${way}`, {
    hint: 'use the page or an app of eGW, with the set-up code',
  });
}

function tooMuch(): GatewayError {
  return new GatewayError('rate_limited', `more than ${limits.nearbyAsksMax} asks wait for their answers`, {
    hint: 'wait for the answers',
  });
}
