// A million mutated frames a framing, and bad replies of eleven kinds.
import { bench } from './figure.mjs';

export async function measure() {
  await bench('mutated-frames', '--frames', '1000000');
  await bench('bad-replies');
}
