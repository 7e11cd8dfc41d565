import { monotonicMs } from '../gateway/core/clock.ts';
import type { Connection, ConnectionListener } from '../gateway/core/network.ts';
import type { Random } from '../gateway/core/random.ts';
import type { FaultyConnection } from '../modbus-sim/faulty-slave.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** How long a peer thinks of an answer and how long that is under way, together: milliseconds, both included. */
export interface AnswerTimes {
  readonly leastMs: number;
  readonly mostMs: number;
}

export interface WireParts {
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly answerTimes: AnswerTimes;
  /** What becomes of bytes on their way to the gateway. */
  readonly distort: (bytes: Uint8Array) => Uint8Array;
}

/** Of a healthy peer. */
export const usualAnswerTimes: AnswerTimes = { leastMs: 1, mostMs: 39 };

/** An open way to a simulated slave, in virtual time. */
export function openSimulatedWire(
  peer: FaultyConnection,
  listener: ConnectionListener,
  { clock, random, answerTimes, distort }: WireParts,
): Connection {
  const { leastMs, mostMs } = answerTimes;
  let isOpen = true;
  const after = (delayMs: number, callback: () => void): void => {
    clock.at(monotonicMs(clock.monotonic() + delayMs), callback);
  };
  const hangUp = (): void => {
    if (!isOpen) return;
    isOpen = false;
    listener.onClose(undefined);
  };
  return {
    write: (bytes) => {
      if (!isOpen) return;
      const reply = peer.handle(bytes, clock.truth());
      const latencyMs = leastMs + random.integer(mostMs - leastMs + 1);
      for (const answer of reply.answers) {
        after(latencyMs + answer.delayMs, () => {
          if (isOpen) listener.onData(distort(answer.bytes));
        });
      }
      if (reply.close === true) after(latencyMs, hangUp);
    },
    close: hangUp,
  };
}
