import assert from 'node:assert';
import { parentPort, workerData } from 'node:worker_threads';
import type { DatabaseOptions } from './database-options.ts';
import { GuardedStore } from './guarded-store.ts';
import { isLongCall, type LongCall } from './upkeep/long-calls.ts';
import { runLongCall } from './upkeep/run-long-call.ts';
import {
  crossingName,
  packResult,
  toCrossing,
  type WorkerReply,
  type WorkerRequest,
} from './worker-protocol.ts';

/** The worker thread that owns the connection: it opens the database, then serves one request after another. */
function serve(): void {
  const port = parentPort;
  assert(port !== null, 'the database worker runs in a worker thread');
  const post = (reply: WorkerReply, transfer: ArrayBuffer[] = []): void => port.postMessage(reply, transfer);
  let store: GuardedStore;
  try {
    store = new GuardedStore(workerData as DatabaseOptions);
  } catch (error) {
    post({ type: 'refused', error: toCrossing(error) });
    return;
  }
  const endings = new Set<() => void>();
  /** Beside the calls that come after it. */
  const serveLong = async (id: number, name: LongCall, parameters: readonly unknown[]): Promise<void> => {
    const { directory } = workerData as DatabaseOptions;
    const { result, end } = runLongCall({ directory, name, parameters });
    endings.add(end);
    try {
      post({ type: 'answer', id, result: await result });
    } catch (error) {
      post({ type: 'failure', id, error: toCrossing(error) });
    } finally {
      endings.delete(end);
    }
  };
  port.on('message', (request: WorkerRequest) => {
    if (request.type === 'close') {
      for (const end of endings) end();
      store.close();
      port.close();
      return;
    }
    const { id, parameters } = request;
    const name = crossingName(request.name);
    if (isLongCall(name)) {
      void serveLong(id, name, parameters);
      return;
    }
    try {
      const { result, transfer } = packResult(name, store.call(name, parameters as never));
      post({ type: 'answer', id, result }, transfer);
    } catch (error) {
      post({ type: 'failure', id, error: toCrossing(error) });
    }
  });
  post({ type: 'ready' });
}

serve();
