// npm run scoreboard [-- area …]: the full counts of what the tests show in small; one line a figure.
import { join } from 'node:path';
import { failedFigures } from './scoreboard/figure.mjs';

const areas = [
  'virtual-home',
  'modbus',
  'control',
  'storage',
  'outside',
  'sinks',
  'grafana',
  'security',
  'telemetry',
  'jobs',
  'boiler',
  'tempo',
  'provisioning',
  'properties',
];

process.chdir(join(import.meta.dirname, '..'));
const named = process.argv.slice(2);
const unknown = named.filter((name) => !areas.includes(name));
if (unknown.length > 0) {
  console.error(`no area ${unknown.join(', ')}; there are: ${areas.join(', ')}`);
  process.exit(2);
}
for (const area of named.length > 0 ? named : areas) {
  console.log(`# ${area}`);
  const { measure } = await import(`./scoreboard/${area}.mjs`);
  await measure();
}
process.exitCode = failedFigures() === 0 ? 0 : 1;
