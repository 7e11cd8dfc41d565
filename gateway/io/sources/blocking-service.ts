import { GatewayError } from '../../core/errors.ts';
import { serveWorker } from '../../engine/worker-service.ts';
import { sampleAds1115 } from './ads1115-sampler.ts';
import type { BlockingKind, BlockingTime } from './blocking-kinds.ts';
import type { I2cBus } from '../i2c-bus.ts';
import { w1Sysfs } from './w1-files.ts';
import { readW1 } from './w1-reader.ts';

const sleepCell = new Int32Array(new SharedArrayBuffer(4));

/** This thread is there to block, so it has neither the gateway's clock nor its alarm. */
const time: BlockingTime = {
  nowMs: () => performance.now(),
  sleep: (forMs) => void Atomics.wait(sleepCell, 0, 0, forMs),
};

/**
 * What the script of the blocking threads calls once. See BlockingThreads.
 *
 * @param openBus the I2C buses of this machine
 */
export function serveBlockingWork(openBus: (busNumber: number) => Promise<I2cBus>): void {
  const work: Readonly<Record<BlockingKind, (request: never) => unknown>> = {
    'w1.read': (request: Parameters<typeof readW1>[0]) => readW1(request, { files: w1Sysfs, time }),
    'ads1115.sample': async (request: Parameters<typeof sampleAds1115>[0]) =>
      await sampleAds1115(request, { openBus, time }),
  };
  serveWorker(async (payload) => {
    const { kind, request } = payload as { readonly kind: string; readonly request: never };
    if (!Object.hasOwn(work, kind)) {
      throw new GatewayError('input_invalid', `there is no blocking work “${kind}”`);
    }
    return await work[kind as BlockingKind](request);
  });
}
