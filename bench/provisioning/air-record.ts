import type { Overheard, VirtualAir } from '../../modbus-sim/radio/virtual-air.ts';

const headBytes = 4;

/** Everything that was on the air while it was kept. */
export class AirRecord {
  readonly #heard: Overheard[] = [];
  readonly #stop: () => void;

  constructor(air: VirtualAir) {
    this.#stop = air.listen((overheard) => this.#heard.push(overheard));
  }

  stop(): void {
    this.#stop();
  }

  get bytes(): number {
    return this.#heard.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** Whether this was to be heard, in one piece or over several packets of one side, as it is or in base 64 or hex. */
  holds(secret: string): boolean {
    const forms = [
      Buffer.from(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('hex'),
    ];
    const sides = new Set(this.#heard.map(({ from }) => from));
    return [...sides].some((side) => {
      const whole = Buffer.concat([
        ...this.messagesOf(side).map((message) => message.subarray(contentAt)),
        Buffer.of(0),
        ...this.#heard.filter(({ from }) => from === side).map(({ bytes }) => bytes),
      ]);
      return forms.some((form) => whole.includes(form));
    });
  }

  /** The L2CAP messages of one side, with their heads; the rest of one that was cut is left out. */
  messagesOf(address: string): readonly Buffer[] {
    const messages: Buffer[] = [];
    let pending = Buffer.alloc(0);
    for (const { kind, from, bytes } of this.#heard) {
      if (kind !== 'data' || from !== address) continue;
      pending = Buffer.concat([pending, bytes]);
      while (pending.length >= headBytes && pending.length >= headBytes + pending.readUInt16LE(0)) {
        const size = headBytes + pending.readUInt16LE(0);
        messages.push(Buffer.from(pending.subarray(0, size)));
        pending = pending.subarray(size);
      }
    }
    return messages;
  }
}

/** Of a fragment in a write: heads of L2CAP and ATT, and its own. */
const contentAt = headBytes + 3 + 1;
