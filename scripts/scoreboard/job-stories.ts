/**
 * Homes of jobs to which much happens, in virtual time: see test/features/jobs/random-jobs.ts.
 * `node scripts/scoreboard/job-stories.ts [--seed 1] [--stories 300]`
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { happenings, RandomJobs } from '../../test/features/jobs/random-jobs.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, stories: { type: 'string', default: '300' } },
});
const [seed, numRuns] = [Number(values.seed), Number(values.stories)];

let broken = 0;
let runs = 0;
for (const [index, story] of fc.sample(happenings, { seed, numRuns }).entries()) {
  const home = new RandomJobs();
  const violations = await home.run(story);
  runs += home.bench.processes.seen.length;
  if (violations.length === 0) continue;
  broken += 1;
  console.error(`story ${index} of seed ${seed}: ${violations.slice(0, 3).join('; ')}`);
}
console.log(`job-stories-broken ${broken} of-${numRuns} ${broken === 0 ? 'pass' : 'fail'}`);
console.log(`job-runs-in-stories ${runs} runs ${runs > numRuns ? 'pass' : 'fail'}`);
