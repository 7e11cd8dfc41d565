// The boiler: winters in which much goes wrong, held against what truly was; virtual homes, kills of a gateway that tells people, what recomputing costs.
import { bench, figuresOf } from './figure.mjs';

export async function measure() {
  await bench('boiler-winters', '--winters', '1000');
  await bench('boiler-recompute', '--days', '35');
  await figuresOf('alert-stories', '--no-warnings', 'scripts/scoreboard/alert-stories.ts');
  await bench('boiler-homes', '--homes', '12');
  await bench('alert-kills', '--kills', '60');
}
