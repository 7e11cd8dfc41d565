import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { GatewayError } from '../../core/errors.ts';

/** Of a UNIX address in Linux and macOS, the smaller one. */
const pathBytesMax = 103;

/**
 * Listens on a socket file that only its owner can open. A socket file left by a process that is gone is
 * replaced; one that somebody answers on is not, and neither is any other file.
 * Errors: `data_dir_in_use data_dir_unusable`.
 */
export async function listenOnLocalSocket(server: Server, path: string): Promise<void> {
  if (Buffer.byteLength(path) > pathBytesMax) {
    throw unusable(path, `its path is longer than ${pathBytesMax} bytes`, 'choose a shorter data directory');
  }
  await removeStale(path);
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once('error', reject);
  // The file is made during the call, so it never exists with more rights than these.
  const umask = process.umask(0o177);
  try {
    server.listen(path, () => resolve(undefined));
  } finally {
    process.umask(umask);
  }
  try {
    await promise;
    chmodSync(path, 0o600);
  } catch (cause) {
    throw unusable(path, describe(cause), 'check that the data directory exists and can be written', cause);
  } finally {
    server.off('error', reject);
  }
}

async function removeStale(path: string): Promise<void> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isSocket()) throw unusable(path, 'there is another file in its place', 'move that file away');
  if (await isAnswered(path)) {
    throw new GatewayError('data_dir_in_use', `another gateway answers on ${path}`, {
      hint: 'stop it first, or use another data directory (EGW_DATA_DIR)',
    });
  }
  unlinkSync(path);
}

async function isAnswered(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(path);
  socket.once('connect', () => resolve(true));
  socket.once('error', (error: Error & { code?: string }) =>
    resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'),
  );
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function unusable(path: string, why: string, hint: string, cause?: unknown): GatewayError {
  return new GatewayError('data_dir_unusable', `cannot listen on ${path}: ${why}`, { hint, cause });
}
