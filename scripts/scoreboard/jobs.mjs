// Jobs: what the plans save and cost; homes to which much happens, in virtual time; gateways that are killed while they run some, and manifests that mean ill.
import { bench, figuresOf } from './figure.mjs';

export async function measure() {
  await bench('carbon-shift', '--every', '1');
  await bench('plan-jobs');
  await figuresOf('job-stories', '--no-warnings', 'scripts/scoreboard/job-stories.ts');
  await bench('job-homes', '--homes', '12', '--days', '0.25');
  await bench('job-kills', '--kills', '200');
  await bench('job-kills', '--kills', '40', '--form', '2');
  await bench('job-manifests', '--manifests', '1000');
  await bench('job-manifests', '--manifests', '40', '--form', '2');
}
