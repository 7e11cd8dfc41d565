// What is kept from whom, in full counts.
import { bench } from './figure.mjs';
import { measureSecrets } from './security-secrets.mjs';

export async function measure() {
  await measureSecrets();
  await bench('signing', '--rounds', '1000');
}
