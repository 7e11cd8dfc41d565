import { serveBlockingWork } from './blocking-service.ts';
import { openI2cBus } from '../i2c-bus.ts';

serveBlockingWork(openI2cBus);
