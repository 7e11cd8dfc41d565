import { parentPort } from 'node:worker_threads';
import type { HouseholdRunOptions } from '../../sim/household-run.ts';
import { runVirtualHousehold } from '../../sim/virtual-household.ts';

parentPort?.on('message', (options: HouseholdRunOptions) => {
  void runVirtualHousehold(options).then((result) => parentPort?.postMessage(result));
});
