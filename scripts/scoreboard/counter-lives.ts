/** The energy that counters count through noise, resets, swaps, roll-overs and gaps; see test/core/random-counters.ts. */
import { randomCounterErrors } from '../../test/core/random-counters.ts';

const lives = 100_000;
const seed = Number(process.hrtime.bigint() % 2n ** 31n);
const errors = randomCounterErrors(lives, seed);
const isGood = errors === 0;
if (!isGood) console.error(`seed ${seed}`);
console.log(`counter-lives-with-wrong-energy ${errors} of ${lives} ${isGood ? 'pass' : 'fail'}`);
