import { extname } from 'node:path';
import type { Alarm, Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { WorkerPool } from '../../engine/worker-pool.ts';
import { blockingKinds } from './blocking-kinds.ts';
import type { BlockingWork } from './source.ts';

/** What the threads run: it calls serveBlockingWork once. */
export interface BlockingScript {
  readonly url: URL;
  /** Its workerData. */
  readonly data?: unknown;
}

/**
 * Work that blocks, in one thread for each kind, which starts on first use. One, because a bus serves one at a time,
 * and because i2c-bus is an addon that a second thread cannot load while the first has it.
 */
export class BlockingThreads implements BlockingWork {
  readonly #pools: ReadonlyMap<string, WorkerPool>;

  constructor(
    ports: { readonly clock: Clock; readonly alarm: Alarm },
    script: BlockingScript = { url: blockingWorkerScript() },
  ) {
    const options = {
      script: script.url,
      workerData: script.data,
      workersMax: 1,
      queueLengthMax: limits.blockingQueueLengthMax,
      answerMsMax: limits.blockingAnswerMsMax,
    };
    this.#pools = new Map(blockingKinds.map((kind) => [kind, new WorkerPool(options, ports)]));
  }

  /**
   * Ends early with the signal's reason; what is under way then ends by itself, unheard. Errors: those of the work;
   * `worker_crashed`, `queue_full`, `stopping`; `input_invalid` for an unknown kind.
   */
  async run<Result>(kind: string, request: unknown, signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    const pool = this.#pools.get(kind);
    if (pool === undefined) throw new GatewayError('input_invalid', `there is no blocking work “${kind}”`);
    const working = pool.run({ kind, request });
    return (await orAborted(working, signal)) as Result;
  }

  /** Waits for what is under way, then ends the threads. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map(async (pool) => await pool.close()));
  }
}

/** The extension is `.ts` when Node strips the types, and `.js` in the compiled program. */
function blockingWorkerScript(): URL {
  return new URL(`./blocking-worker${extname(import.meta.url)}`, import.meta.url);
}

async function orAborted(working: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    working.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
