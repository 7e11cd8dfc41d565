// What is kept from whom, in full counts.
import { bench, figuresOf } from './figure.mjs';
import { measureApi } from './security-api.mjs';
import { measureAuth } from './security-auth.mjs';
import { measureCloud } from './security-cloud.mjs';
import { measureSecrets } from './security-secrets.mjs';

export async function measure() {
  await measureAuth();
  await measureApi();
  await measureCloud();
  await measureSecrets();
  await figuresOf('security-tampering', '--no-warnings', 'scripts/scoreboard/security-tampering.ts');
  await bench('signing', '--rounds', '1000');
}
