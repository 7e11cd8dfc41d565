import assert from 'node:assert';
import { parentPort } from 'node:worker_threads';
import { GatewayError } from '../core/errors.ts';
import type { WorkerAnswer, WorkerFailure, WorkerRequest } from './worker-pool.ts';

/**
 * What the script of a WorkerPool calls once: each payload is handled in the order it came, its result or its error
 * goes back. An error that is not a GatewayError is a bug and becomes `internal_error`, with its stack.
 */
export function serveWorker(handle: (payload: unknown) => unknown): void {
  const port = parentPort;
  assert(port !== null, 'a worker’s script runs in a worker thread');
  let last: Promise<void> = Promise.resolve();
  port.on('message', (request: WorkerRequest) => {
    last = last.then(async () => port.postMessage(await answerTo(request, handle)));
  });
}

async function answerTo(
  { id, payload }: WorkerRequest,
  handle: (payload: unknown) => unknown,
): Promise<WorkerAnswer> {
  try {
    return { id, result: await handle(payload) };
  } catch (error) {
    return { id, error: toFailure(error) };
  }
}

function toFailure(error: unknown): WorkerFailure {
  if (error instanceof GatewayError) {
    const { code, message, hint, facts } = error;
    return { code, message, facts, ...(hint !== undefined && { hint }) };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'internal_error', message };
}
