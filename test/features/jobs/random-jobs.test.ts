import '../../property-seed.ts';
import fc from 'fast-check';
import t from 'tap';
import { happenings, RandomJobs } from './random-jobs.ts';

/** Each is some twenty minutes of a home; the scoreboard runs more of them. */
const stories = 8;

// Before tap listens to each promise there is: that takes longer than the stories do.
const seen = { runs: 0 };
const found = await fc.check(
  fc.asyncProperty(happenings, async (story) => {
    const home = new RandomJobs();
    const violations = await home.run(story);
    seen.runs += home.bench.processes.seen.length;
    return violations.length === 0;
  }),
  { numRuns: stories },
);

t.test(
  'whatever happens to feeds, store, clock and gateway, jobs start in time, once, and end as they should',
  async (t) => {
    t.notOk(found.failed, fc.defaultReportMessage(found) ?? '');
    t.ok(seen.runs > stories, `${seen.runs} runs`);
  },
);
