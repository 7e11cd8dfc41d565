// What is kept from whom, in full counts.
import { measureSecrets } from './security-secrets.mjs';

export async function measure() {
  await measureSecrets();
}
