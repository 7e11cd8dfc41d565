// The gateway of the bench in a process of its own, to be killed: its directory, and the milliseconds of each step of
// joining a network. Says `ready` once it can be asked.
import { BenchGateway } from './bench-gateway.ts';

const [directory = '', stepMs = '5'] = process.argv.slice(2);
await BenchGateway.start(directory, Number(stepMs));
console.log('ready');
