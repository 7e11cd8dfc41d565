import fc from 'fast-check';
import t from 'tap';
import { judged, printed } from './judged.ts';
import { tamper, tamperedArguments, tamperedEpoch, tamperingKinds, untampered } from './tampering.ts';

t.test('a chain that nobody has meddled with is verified', (t) => {
  t.match(printed(judged(tamperedArguments, untampered)).at(-1), /^verified: 8 batches$/);
  t.end();
});

for (const [number, kind] of tamperingKinds.entries()) {
  t.test(`when somebody without the key ${kind}, it is found and the first bad record named`, (t) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { lines, firstRecord } = tamper(number, seed);
        const verdict = judged(tamperedArguments, lines);
        const chain = verdict.chains.find(({ epoch }) => epoch === tamperedEpoch);
        t.equal(verdict.isVerified, false);
        t.equal(chain?.faults[0]?.record, firstRecord, printed(verdict).join(' | '));
      }),
      { numRuns: 13 },
    );
    t.end();
  });
}
