import type { RawData, WebSocket } from 'ws';
import { monotonicMs, type Alarm, type Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { parseStrictJson } from '../../core/strict-json.ts';

/** Those who have opened a live stream and not said yet who they are. */
export interface LiveProofs {
  /** Errors: `rate_limited`. */
  assertRoom(): void;
  /** Waits for the first message: what is done with its token, and with what is wrong instead. */
  await(socket: WebSocket, use: (token: string) => void, fail: (error: unknown) => void): void;
  close(end: (socket: WebSocket) => void): void;
}

export function createLiveProofs({
  alarm,
  clock,
}: {
  readonly alarm: Alarm;
  readonly clock: Clock;
}): LiveProofs {
  const waiting = new Set<WebSocket>();
  return {
    assertRoom: () => {
      if (waiting.size < limits.liveProofsMax) return;
      throw new GatewayError('rate_limited', 'too many have not said yet who they are', {
        hint: 'try again in 5 s',
        facts: { retryAfterSeconds: 5 },
      });
    },
    await: (socket, use, fail) => {
      const cancel = alarm.at(monotonicMs(clock.monotonic() + limits.liveProofMsMax), () =>
        fail(
          new GatewayError('token_invalid', 'nobody said within 5 s who he is', {
            facts: { reason: 'missing' },
          }),
        ),
      );
      const done = (): void => {
        cancel();
        waiting.delete(socket);
      };
      waiting.add(socket);
      socket.once('close', done);
      socket.once('message', (message, isBinary) => {
        done();
        try {
          use(tokenIn(message, isBinary));
        } catch (error) {
          fail(error);
        }
      });
    },
    close: (end) => {
      for (const socket of waiting) end(socket);
    },
  };
}

function tokenIn(message: RawData, isBinary: boolean): string {
  const said = isBinary ? undefined : parseStrictJson(bytesOf(message));
  const token = typeof said === 'object' && said !== null && Object.keys(said).length === 1 ? said : {};
  if ('token' in token && typeof token.token === 'string') return token.token;
  throw new GatewayError('input_invalid', 'the first message must be {"token": "egw_…"}');
}

function bytesOf(message: RawData): Uint8Array {
  if (Array.isArray(message)) return Buffer.concat(message);
  return message instanceof ArrayBuffer ? new Uint8Array(message) : message;
}
