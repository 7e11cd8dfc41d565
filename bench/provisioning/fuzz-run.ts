import { SeededRandom } from '../../modbus-sim/random.ts';
import { mutatedBytes } from './mutate-bytes.ts';

/** A way in that is tried with whatever. */
export interface FuzzTarget {
  readonly samples: readonly Buffer[];
  /** Rejects only where what took it broke. */
  send(bytes: Buffer): Promise<void> | void;
}

export interface FuzzFigures {
  readonly packets: number;
  /** What was thrown into the face of the one who sent, or to nobody at all. */
  readonly faults: number;
  readonly firstFault: string | undefined;
}

/** Between turns of the event loop, so that answers have room. */
const packetsAtOnce = 20;

/** Sends so many packets, which follow from the seed alone. */
export async function runFuzz(target: FuzzTarget, packets: number, seed: number): Promise<FuzzFigures> {
  const random = new SeededRandom(seed);
  const faults: string[] = [];
  const note = (thrown: unknown): void => {
    faults.push(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  };
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
  try {
    for (let index = 0; index < packets; index += 1) {
      try {
        await target.send(mutatedBytes(target.samples, random));
      } catch (error) {
        note(error);
      }
      if (index % packetsAtOnce === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  } finally {
    process.off('uncaughtException', note);
    process.off('unhandledRejection', note);
  }
  return { packets, faults: faults.length, firstFault: faults[0] };
}
