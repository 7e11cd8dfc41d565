import { parentPort } from 'node:worker_threads';
import { runVirtualHousehold, type HouseholdRunOptions } from '../../sim/virtual-household.ts';

parentPort?.on('message', (options: HouseholdRunOptions) => {
  void runVirtualHousehold(options).then((result) => parentPort?.postMessage(result));
});
