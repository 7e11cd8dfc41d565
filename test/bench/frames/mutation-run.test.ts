import { randomInt } from 'node:crypto';
import t from 'tap';
import { mutatedWires } from '../../../bench/frames/mutated-wires.ts';
import { runMutations, type MutationFigures } from '../../../bench/frames/mutation-run.ts';
import { mbapCodec } from '../../../bench/frames/wire-codec.ts';
import type { Framing, FramingListener } from '../../../gateway/io/transports/framing.ts';
import { MbapFraming } from '../../../gateway/io/transports/mbap-framing.ts';

const bufferedBytesMax = 520;

for (const [name, wire] of Object.entries(mutatedWires)) {
  t.test(`of 20,000 mutated ${name} frames none makes a wrong value, a crash or a large buffer`, (t) => {
    const figures = runMutations({ ...wire, seed: randomInt(2 ** 31), frames: 20_000 });
    t.match(figures, { crashes: 0, wrong: 0, lost: 0 }, figures.firstFailure ?? 'nothing failed');
    t.ok(figures.right > 2_000, 'frames that nothing was done to are believed');
    t.ok(figures.bufferedBytesMax <= bufferedBytesMax, `${figures.bufferedBytesMax} B kept`);
    t.end();
  });

  t.test(`the same seed makes the same ${name} frames`, (t) => {
    const run = { ...wire, seed: 7, frames: 500 };
    t.strictSame(runMutations(run), runMutations(run));
    t.not(runMutations(run).right, runMutations({ ...run, seed: 8 }).right);
    t.end();
  });
}

function runWith(createFraming: (listener: FramingListener) => Framing): MutationFigures {
  const recover = (framing: Framing): void => framing.reset();
  return runMutations({ codec: mbapCodec, recover, createFraming, seed: 3, frames: 2_000 });
}

t.test('a reader that believes whatever comes is found out', (t) => {
  class Credulous extends MbapFraming {
    readonly #listener: FramingListener;

    constructor(listener: FramingListener) {
      super(listener);
      this.#listener = listener;
    }

    override push(bytes: Uint8Array): void {
      this.#listener.onAnswer(bytes.subarray(6));
    }
  }
  const figures = runWith((listener) => new Credulous(listener));
  t.ok(figures.wrong > 100);
  t.match(figures.firstFailure, /^(wrong|lost): frame \d+ of seed 3/);
  t.end();
});

t.test('a reader that does not look at the transaction id is found out', (t) => {
  class Blind extends MbapFraming {
    #asked = 0;

    override request(unitAndPdu: Uint8Array): Uint8Array {
      const bytes = super.request(unitAndPdu);
      this.#asked = Buffer.from(bytes).readUInt16BE(0);
      return bytes;
    }

    override push(bytes: Uint8Array): void {
      const copy = Buffer.from(bytes);
      if (this.bufferedBytes === 0 && copy.length >= 2) copy.writeUInt16BE(this.#asked, 0);
      super.push(copy);
    }
  }
  t.ok(runWith((listener) => new Blind(listener)).wrong > 0);
  t.end();
});

t.test('a reader that throws, loses what is right, or keeps everything is found out', (t) => {
  class Throwing extends MbapFraming {
    override push(bytes: Uint8Array): void {
      Buffer.from(bytes).readUInt16BE(4);
      super.push(bytes);
    }
  }
  class Deaf extends MbapFraming {
    override push(): void {
      return undefined;
    }
  }
  class Hoarding extends MbapFraming {
    #heard = 0;

    override get bufferedBytes(): number {
      return this.#heard;
    }

    override push(bytes: Uint8Array): void {
      this.#heard += bytes.length;
    }
  }
  t.ok(runWith((listener) => new Throwing(listener)).crashes > 0);
  t.ok(runWith((listener) => new Deaf(listener)).lost > 100);
  t.ok(runWith((listener) => new Hoarding(listener)).bufferedBytesMax > bufferedBytesMax);
  t.end();
});

t.end();
