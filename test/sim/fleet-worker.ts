import { parentPort } from 'node:worker_threads';
import { runVirtualFleet, type VirtualFleetOptions } from '../../sim/virtual-fleet.ts';

parentPort?.on('message', (options: VirtualFleetOptions) => {
  void runVirtualFleet(options).then((result) => parentPort?.postMessage(result));
});
