import { setFlagsFromString } from 'node:v8';
import { checkNodeVersion } from './system/node-version.ts';

const complaint = checkNodeVersion(process.version);
if (complaint === undefined) {
  // Before anything is loaded, for this thread and for later workers; what each brings is in docs/benchmarks.md.
  // The young generation keeps the size it starts with, 1 MB a half: loading modules would make it grow to 16
  // for good. The middle one of three compilers stays away: its jobs leave 8 MB behind and gain nothing here.
  for (const flag of ['--semi-space-growth-factor=1', '--max-semi-space-size=1', '--no-maglev']) {
    setFlagsFromString(flag);
  }
  const { startGateway } = await import('./run.ts');
  process.exitCode = await startGateway(process.argv.slice(2), process.env);
} else {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 3;
}
