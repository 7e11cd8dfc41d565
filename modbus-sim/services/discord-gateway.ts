import type { WebSocket } from 'ws';

interface Session {
  readonly id: string;
  socket: WebSocket | undefined;
  sequence: number;
  /** What was dispatched, for those who resume. */
  readonly events: { readonly s: number; readonly t: string; readonly d: unknown }[];
}

interface Frame {
  readonly op: number;
  readonly d?: unknown;
}

export interface DiscordGatewayOptions {
  readonly token: string;
  /** Whether that intent may be asked for. */
  readonly intentsAllowed: number;
  readonly heartbeatMs: number;
  /** Where one resumes. */
  readonly url: () => string;
  /** What READY says besides the session. */
  readonly ready: () => object;
  /** After READY: guilds. */
  readonly guilds: () => readonly object[];
}

/** Discord’s gateway (API v10, "Gateway"): who is connected, and what he was told. */
export class DiscordGateway {
  readonly #options: DiscordGatewayOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #sockets = new Set<WebSocket>();
  identifies = 0;
  resumes = 0;
  heartbeats = 0;
  connections = 0;
  /** Beats are not answered: the connection is a zombie. */
  isDeaf = false;
  /** Closes whoever identifies, with that code. */
  closesWith: number | undefined;
  /** Says nothing, not even hello. */
  isSilent = false;

  constructor(options: DiscordGatewayOptions) {
    this.#options = options;
  }

  connect(socket: WebSocket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      for (const session of this.#sessions.values())
        if (session.socket === socket) session.socket = undefined;
    });
    socket.on('message', (data) => this.#take(socket, parse(data as Buffer)));
    if (!this.isSilent) send(socket, { op: 10, d: { heartbeat_interval: this.#options.heartbeatMs } });
  }

  /** To all who are connected, and to those who will resume. */
  dispatch(type: string, data: unknown): void {
    for (const session of this.#sessions.values()) this.#event(session, type, data);
  }

  /** Tells all to connect anew (op 7). */
  askToReconnect(): void {
    for (const socket of this.#sockets) send(socket, { op: 7, d: null });
  }

  /** Says that sessions are not valid (op 9). */
  invalidate(isResumable: boolean): void {
    for (const session of [...this.#sessions.values()]) {
      if (session.socket !== undefined) send(session.socket, { op: 9, d: isResumable });
      if (!isResumable) this.#sessions.delete(session.id);
    }
  }

  /** Closes all connections. */
  close(code: number): void {
    for (const socket of this.#sockets) socket.close(code);
  }

  /** Cuts all connections. */
  drop(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  get liveSessions(): number {
    return [...this.#sessions.values()].filter(({ socket }) => socket !== undefined).length;
  }

  #take(socket: WebSocket, frame: Frame | undefined): void {
    if (frame === undefined) socket.close(4002);
    else if (frame.op === 1) this.#beat(socket);
    else if (frame.op === 2) this.#identify(socket, frame.d as Parameters<DiscordGateway['identifyWith']>[0]);
    else if (frame.op === 6)
      this.#resume(socket, frame.d as { token: string; session_id: string; seq: number });
    else if (frame.op !== 3) socket.close(4001);
  }

  #beat(socket: WebSocket): void {
    this.heartbeats += 1;
    if (!this.isDeaf) send(socket, { op: 11 });
  }

  /** Why one who identifies is closed; undefined: he is let in. */
  identifyWith({ token, intents }: { readonly token: string; readonly intents: number }): number | undefined {
    if (this.closesWith !== undefined) return this.closesWith;
    if (token !== this.#options.token) return 4004;
    return (intents & ~this.#options.intentsAllowed) === 0 ? undefined : 4014;
  }

  #identify(socket: WebSocket, asked: { readonly token: string; readonly intents: number }): void {
    this.identifies += 1;
    const code = this.identifyWith(asked);
    if (code !== undefined) {
      socket.close(code);
      return;
    }
    const session = { id: `session-${this.identifies}`, socket, sequence: 0, events: [] };
    this.#sessions.set(session.id, session);
    const about = { v: 10, session_id: session.id, resume_gateway_url: this.#options.url() };
    this.#event(session, 'READY', { ...about, ...this.#options.ready() });
    for (const guild of this.#options.guilds()) this.#event(session, 'GUILD_CREATE', guild);
  }

  #resume(socket: WebSocket, asked: { token: string; session_id: string; seq: number }): void {
    this.resumes += 1;
    const session = this.#sessions.get(asked.session_id);
    if (asked.token !== this.#options.token) socket.close(4004);
    else if (session === undefined) send(socket, { op: 9, d: false });
    else if (asked.seq > session.sequence) socket.close(4007);
    else {
      session.socket = socket;
      for (const { s, t, d } of session.events) if (s > asked.seq) send(socket, { op: 0, s, t, d });
      this.#event(session, 'RESUMED', {});
    }
  }

  #event(session: Session, t: string, d: unknown): void {
    session.sequence += 1;
    const event = { s: session.sequence, t, d };
    session.events.push(event);
    if (session.socket !== undefined) send(session.socket, { op: 0, ...event });
  }
}

function send(socket: WebSocket, frame: object): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
}

function parse(data: Buffer): Frame | undefined {
  try {
    return JSON.parse(data.toString()) as Frame;
  } catch {
    return undefined;
  }
}
