/**
 * Winters of a boiler in which much goes wrong, held against what truly was: alerts missed, false, doubled; and
 * mistakes planted into the way from the sample to the alert, which must be found.
 * `node dist/bench/boiler-winters.js [--winters 4] [--days 60] [--seed 1]`
 */
import { numberArgument, print, printAim } from './measure.ts';
import { runWinter, type WinterResult } from './winters/run-winter.ts';
import { winterBugs, type WinterBug } from './winters/winter-bug.ts';

const winters = numberArgument('winters', 4);
const days = numberArgument('days', 60);
const firstSeed = numberArgument('seed', 1);
/** In which a mistake has to be found. */
const plantedDays = 60;
const plantedSeeds = 20;

const namesOf = { missed: 'missed', falsely: 'false', doubled: 'doubled', ends: 'ends_wrong' } as const;

const startMs = performance.now();
const results: WinterResult[] = [];
for (let seed = firstSeed; seed < firstSeed + winters; seed += 1) {
  results.push(await runWinter({ seed, days, report: (what) => console.error(what) }));
}
print('boiler_winters.winter', (performance.now() - startMs) / winters / 1_000, 's');
print(
  'boiler_winters.restarts',
  sumOf(({ restarts }) => restarts),
  '',
);
const rules = ['fireOut', 'jam'] as const;
for (const what of ['missed', 'falsely', 'doubled', 'ends'] as const) {
  const wrong = sumOf((result) => result.fireOut[what] + result.jam[what]);
  printAim(`boiler_winters.alerts_${namesOf[what]}`, wrong, `in ${winters} winters`, wrong === 0);
}
for (const rule of rules) {
  const right = sumOf((result) => result[rule].right);
  printAim(`boiler_winters.${rule === 'jam' ? 'jam' : 'fire_out'}_alerts`, right, '', right >= winters);
}
let found = 0;
for (const bug of winterBugs) found += (await isFound(bug)) ? 1 : 0;
printAim('boiler_winters.planted_found', found, `of ${winterBugs.length}`, found === winterBugs.length);

async function isFound(bug: WinterBug): Promise<boolean> {
  for (let seed = 1; seed <= plantedSeeds; seed += 1) {
    const { fireOut, jam } = await runWinter({ seed, days: plantedDays, bug });
    const wrong = [fireOut, jam].map((of) => of.missed + of.falsely + of.doubled);
    if (wrong.some((count) => count > 0)) return true;
  }
  console.error(`${bug} was not found`);
  return false;
}

function sumOf(count: (result: WinterResult) => number): number {
  return results.reduce((sum, result) => sum + count(result), 0);
}
