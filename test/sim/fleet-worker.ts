import { parentPort, workerData } from 'node:worker_threads';
import { runVirtualFleet, type VirtualFleetOptions } from '../../sim/virtual-fleet.ts';

parentPort?.postMessage(await runVirtualFleet(workerData as VirtualFleetOptions));
