import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { GatewayError } from '../../core/errors.ts';
import { fromCrossing, type CrossingError } from '../worker-protocol.ts';
import type { LongCall } from './long-calls.ts';

export interface LongCallRequest {
  readonly directory: string;
  readonly name: LongCall;
  readonly parameters: readonly unknown[];
}

export type LongCallOutcome = { readonly result: unknown } | { readonly error: CrossingError };

/**
 * Makes a long call in a thread of its own, which ends with the thread that started it. Errors: those of the call,
 * and `worker_crashed`.
 */
export function runLongCall(request: LongCallRequest): {
  readonly result: Promise<unknown>;
  readonly end: () => void;
} {
  // The extension is `.ts` when Node strips the types, and `.js` in the compiled program.
  const file = new URL(`./long-call-worker${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(file, { workerData: request, name: request.name });
  const result = new Promise<unknown>((resolve, reject) => {
    worker.once('message', (outcome: LongCallOutcome) => {
      if ('error' in outcome) reject(fromCrossing(outcome.error));
      else resolve(outcome.result);
    });
    const crashed = (cause?: unknown): void =>
      reject(
        new GatewayError('worker_crashed', `${request.name} ended in the middle of its work`, { cause }),
      );
    worker.once('error', crashed).once('exit', () => crashed());
  });
  return { result, end: () => void worker.terminate() };
}
