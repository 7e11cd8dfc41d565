import { parentPort, workerData } from 'node:worker_threads';
import { runVirtualHome, type VirtualRunOptions } from '../../sim/virtual-home.ts';

parentPort?.postMessage(await runVirtualHome(workerData as VirtualRunOptions));
