// The gateway of the bench in a process of its own, to be killed: its directory, and the milliseconds of each step of
// joining a network; `plain` is without Improv and the ancestor's service. Says `ready` once it can be asked.
import { BenchGateway } from '../../../bench/provisioning/bench-gateway.ts';

const [directory = '', stepMs = '5', kind = ''] = process.argv.slice(2);
await BenchGateway.start(directory, { stepMs: Number(stepMs), offersAll: kind !== 'plain' });
process.stdout.write('ready\n');
