import { workerData } from 'node:worker_threads';
import { serveBlockingWork } from '../gateway/io/sources/blocking-service.ts';
import { openClampsBus } from './clamps-bus.ts';

/** The gateway's blocking work in the simulated home: its I2C bus is a file. */
const { clampsPath } = workerData as { readonly clampsPath: string };

serveBlockingWork(async () => await openClampsBus(clampsPath));
