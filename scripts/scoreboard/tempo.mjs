// Tempo: whole seasons of the server's rules, its meter and its cost, held against a reckoning of its own.
import { bench } from './figure.mjs';

export async function measure() {
  await bench('tempo-seasons', '--seasons', '20');
}
