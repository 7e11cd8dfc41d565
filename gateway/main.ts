import { setFlagsFromString } from 'node:v8';
import { checkNodeVersion } from './system/node-version.ts';

const complaint = checkNodeVersion(process.version);
if (complaint === undefined) {
  // Before anything is loaded: the young generation, of this thread and of later workers, keeps the size it
  // starts with, 1 MB a half. Loading modules would make it grow to 16 for good, which a process that
  // allocates little never needs: 20 MB of memory less for the same processor time (docs/benchmarks.md).
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--max-semi-space-size=1');
  const { startGateway } = await import('./run.ts');
  process.exitCode = await startGateway(process.argv.slice(2), process.env);
} else {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 3;
}
