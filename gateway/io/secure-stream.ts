import type { Duplex } from 'node:stream';
import { connect, type ConnectionOptions } from 'node:tls';
import { describeError, GatewayError } from '../core/errors.ts';
import { certificateFailure } from './tls-options.ts';

/**
 * Encrypts a stream that is open. Errors: `certificate_invalid`; `connection_closed` when the other side does not
 * speak TLS; `connection_timeout` when the signal fires. After an error the stream is closed.
 */
export async function secureStream(
  stream: Duplex,
  peer: string,
  options: ConnectionOptions,
  signal: AbortSignal,
): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const secured = connect({ ...options, socket: stream });
  const giveUp = (): void => {
    reject(new GatewayError('connection_timeout', `${peer} did not agree on an encryption in time`));
  };
  secured.once('secureConnect', () => resolve(secured));
  secured.on('error', (error: Error) => reject(tlsFailure(error, peer)));
  secured.once('close', () =>
    reject(
      new GatewayError('connection_closed', `${peer} closed the connection while it was to be encrypted`, {
        hint: 'check the port, and whether it speaks TLS there',
      }),
    ),
  );
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  try {
    return await promise;
  } catch (error) {
    secured.destroy();
    stream.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

function tlsFailure(cause: Error, peer: string): GatewayError {
  return (
    certificateFailure(cause, peer) ??
    new GatewayError(
      'connection_closed',
      `${peer} could not agree on an encryption: ${describeError(cause)}`,
      {
        hint: 'check the port, and whether it speaks TLS there',
        cause,
      },
    )
  );
}
