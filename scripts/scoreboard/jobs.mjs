// Jobs: gateways that are killed while they run some, and manifests that mean ill.
import { bench } from './figure.mjs';

export async function measure() {
  await bench('job-kills', '--kills', '200');
  await bench('job-kills', '--kills', '40', '--form', '2');
  await bench('job-manifests', '--manifests', '1000');
  await bench('job-manifests', '--manifests', '40', '--form', '2');
}
