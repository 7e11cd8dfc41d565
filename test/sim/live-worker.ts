import { parentPort } from 'node:worker_threads';
import { runVirtualHome, type VirtualRunOptions } from '../../sim/virtual-home.ts';

parentPort?.on('message', (options: VirtualRunOptions) => {
  void runVirtualHome(options).then((result) => parentPort?.postMessage(result));
});
