import { checkNodeVersion } from './system/node-version.ts';

const complaint = checkNodeVersion(process.version);
if (complaint === undefined) {
  const { startGateway } = await import('./run.ts');
  process.exitCode = await startGateway(process.argv.slice(2), process.env);
} else {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 3;
}
