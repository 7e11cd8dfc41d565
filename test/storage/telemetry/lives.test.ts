import { rmSync } from 'node:fs';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { SeededRandom } from '../../../modbus-sim/random.ts';
import { makeScratch } from '../faults/appender-process.ts';
import { OutboxLife } from './lives.ts';

/** What a backend has in the end is what was appended; of what it lacks it was told how much it is. */
function live(seed: number, steps: number, mayBeDamaged: boolean): number {
  const directory = makeScratch();
  try {
    const life = new OutboxLife(directory, new SeededRandom(seed), mayBeDamaged);
    const backend = life.run(steps);
    for (const [commit, devices] of backend.commits) {
      const lists = Object.values(devices).flatMap((quantities) => Object.values(quantities));
      assert.equal(lists.flat().length, life.appended.get(commit), `readings of commit ${commit}`);
    }
    const appended = [...life.appended.values()].reduce((sum, count) => sum + count, 0);
    assert.equal(
      backend.readings + backend.declaredMissing,
      appended,
      'readings that it has, or was told of',
    );
    return backend.batches;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

for (const mayBeDamaged of [false, true]) {
  const title = `every reading arrives, or is declared missing${mayBeDamaged ? ', when batches are damaged or gone' : ''}`;
  t.test(title, (t) => {
    let batches = 0;
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        batches += live(seed, 40, mayBeDamaged);
      }),
      { numRuns: 12 },
    );
    t.ok(batches > 20, `${batches} batches`);
    t.end();
  });
}
