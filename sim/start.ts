import { checkNodeVersion } from '../gateway/system/node-version.ts';

const complaint = checkNodeVersion(process.version);
if (complaint === undefined) {
  const { startDemo } = await import('./demo.ts');
  process.exitCode = await startDemo(process.argv.slice(2), process.env);
} else {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 3;
}
