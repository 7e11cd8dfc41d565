/** What a machine does by itself, and what goes wrong with it. */
export interface SharedServerOptions {
  readonly startMs: number;
  /** `on` unless said. */
  readonly state?: 'on' | 'off';
  /** From power or a magic packet until it serves. 90 s unless said. */
  readonly bootMs?: number;
  /** From the word until it is off: its guests are stopped first. 3 min unless said. */
  readonly shutdownMs?: number;
  /** 80 W unless said. */
  readonly powerW?: (nowMs: number) => number;
  /** As its firmware says: it starts when power comes back. */
  readonly startsWithPower?: boolean;
  /** A guest that does not stop: it stays in its shutdown until it loses its power. */
  readonly hangsInShutdown?: boolean;
  /** So many magic packets do nothing: the switch of the network has forgotten where it is. */
  readonly ignoredPackets?: number;
}

export type ServerState = 'unpowered' | 'off' | 'booting' | 'on' | 'stopping';

const usualBootMs = 90_000;
const usualShutdownMs = 180_000;
const usualPowerW = 80;
/** Its power supply and the card that waits for a magic packet. */
const standbyW = 1.8;
const bootingW = 95;

/** A machine that is switched by others: off, it waits for a magic packet; told so, it stops its guests and itself. */
export class SharedServer {
  readonly #options: SharedServerOptions;
  #isPowered = true;
  #state: Exclude<ServerState, 'unpowered'>;
  #sinceMs: number;
  #ignoredPackets: number;
  /** How often it was woken, told to stop, and lost its power while it ran. */
  readonly seen = { packets: 0, shutdowns: 0, cuts: 0 };

  constructor(options: SharedServerOptions) {
    this.#options = options;
    this.#state = options.state ?? 'on';
    this.#sinceMs = options.startMs;
    this.#ignoredPackets = options.ignoredPackets ?? 0;
  }

  state(nowMs: number): ServerState {
    if (!this.#isPowered) return 'unpowered';
    const { bootMs = usualBootMs, shutdownMs = usualShutdownMs, hangsInShutdown } = this.#options;
    const forMs = nowMs - this.#sinceMs;
    if (this.#state === 'booting' && forMs >= bootMs) this.#become('on', this.#sinceMs + bootMs);
    const isStopped = this.#state === 'stopping' && hangsInShutdown !== true && forMs >= shutdownMs;
    if (isStopped) this.#become('off', this.#sinceMs + shutdownMs);
    return this.#state;
  }

  /** From its socket. */
  drawnW(nowMs: number): number {
    switch (this.state(nowMs)) {
      case 'unpowered':
        return 0;
      case 'off':
        return standbyW;
      case 'booting':
        return bootingW;
      default:
        return this.#options.powerW?.(nowMs) ?? usualPowerW;
    }
  }

  /** A magic packet for it has come. */
  wake(nowMs: number): void {
    this.seen.packets += 1;
    if (this.state(nowMs) !== 'off') return;
    this.#ignoredPackets -= 1;
    if (this.#ignoredPackets < 0) this.#become('booting', nowMs);
  }

  /** Says whether it takes that: only while it serves. */
  shutDown(nowMs: number): boolean {
    const state = this.state(nowMs);
    if (state !== 'on' && state !== 'stopping') return false;
    this.seen.shutdowns += 1;
    if (state === 'on') this.#become('stopping', nowMs);
    return true;
  }

  /** Power at its socket comes or goes. */
  power(isPowered: boolean, nowMs: number): void {
    const before = this.state(nowMs);
    if (isPowered === this.#isPowered) return;
    this.#isPowered = isPowered;
    if (!isPowered && before !== 'off') this.seen.cuts += 1;
    this.#become(isPowered && this.#options.startsWithPower === true ? 'booting' : 'off', nowMs);
  }

  #become(state: Exclude<ServerState, 'unpowered'>, atMs: number): void {
    this.#state = state;
    this.#sinceMs = atMs;
  }
}
