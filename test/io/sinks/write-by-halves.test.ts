import fc from 'fast-check';
import t from 'tap';
import { writeByHalves } from '../../../gateway/io/sinks/write-by-halves.ts';

t.test('whatever is refused is found, and the rest is written', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 60 }), async (bad) => {
      const written = new Set<number>();
      const refused = await writeByHalves(0, bad.length, (from, to) => {
        const places = Array.from({ length: to - from }, (_, index) => from + index);
        if (places.some((place) => bad[place] === true)) return Promise.resolve({ reason: 'bad' });
        for (const place of places) written.add(place);
        return Promise.resolve({ refused: [] });
      });
      t.same(
        refused,
        [...bad.keys()].filter((place) => bad[place]).map((index) => ({ index, reason: 'bad' })),
      );
      t.equal(written.size, bad.length - refused.length);
    }),
    { numRuns: 100 },
  );
});

t.test('one bad thing among a thousand costs some twenty writes', async (t) => {
  let writes = 0;
  await writeByHalves(0, 1_000, (from, to) => {
    writes += 1;
    return Promise.resolve(from <= 700 && 700 < to ? { reason: 'bad' } : { refused: [] });
  });
  t.ok(writes <= 21, `${writes}`);
});

t.test('an error of the way ends it', async (t) => {
  const broken = new Error('gone');
  await t.rejects(
    writeByHalves(0, 4, (from, to) =>
      to - from === 4 ? Promise.resolve({ reason: 'bad' }) : Promise.reject(broken),
    ),
    broken,
  );
});
