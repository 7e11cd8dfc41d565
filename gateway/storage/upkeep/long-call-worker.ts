import assert from 'node:assert';
import { parentPort, workerData } from 'node:worker_threads';
import { toCrossing } from '../worker-protocol.ts';
import { longCalls } from './long-calls.ts';
import type { LongCallOutcome, LongCallRequest } from './run-long-call.ts';

/** The thread that makes one long call, answers, and ends. */
function serve(): void {
  assert(parentPort !== null, 'long calls run in a worker thread');
  const { directory, name, parameters } = workerData as LongCallRequest;
  let outcome: LongCallOutcome;
  try {
    const call = longCalls[name] as (directory: string, ...parameters: readonly unknown[]) => unknown;
    outcome = { result: call(directory, ...parameters) };
  } catch (error) {
    outcome = { error: toCrossing(error) };
  }
  parentPort.postMessage(outcome);
}

serve();
