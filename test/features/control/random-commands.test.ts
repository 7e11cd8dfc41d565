import fc from 'fast-check';
import t from 'tap';
import { runRandomCommands } from './random-commands.ts';

t.test(
  'whatever is asked for, no write is outside the limits, without an intent or unread',
  { timeout: 120_000 },
  async (t) => {
    let setPoints = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0 }), async (seed) => {
        const result = await runRandomCommands({ seed, commands: 500 });
        setPoints += result.setPoints;
        t.same(result.violations, [], `seed ${seed}`);
        return (
          result.violations.length === 0 && result.writesOutsideLimits === 0 && result.setPointsOutlived === 0
        );
      }),
      { numRuns: 20, endOnFailure: true },
    );
    t.ok(setPoints > 1_000, `${setPoints} of 10,000 orders were good`);
  },
);
