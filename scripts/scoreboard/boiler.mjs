// The boiler: winters in which much goes wrong, held against what truly was.
import { bench } from './figure.mjs';

export async function measure() {
  await bench('boiler-winters', '--winters', '1000');
}
