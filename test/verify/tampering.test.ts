import fc from 'fast-check';
import t from 'tap';
import { judged, printed } from './judged.ts';
import { tamper, tamperedArguments, tamperedEpoch, tamperingKinds, untampered } from './tampering.ts';

t.test('a chain that nobody has meddled with is verified', (t) => {
  t.match(printed(judged(tamperedArguments, untampered)).at(-1), /^verified: 8 batches$/);
  t.end();
});

t.test('whatever is done to a sent chain without its key is found, and the first bad record named', (t) => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(fc.nat(tamperingKinds.length - 1), fc.integer(), (number, seed) => {
      const tampering = tamper(number, seed);
      kinds.add(tampering.kind);
      const verdict = judged(tamperedArguments, tampering.lines);
      const chain = verdict.chains.find(({ epoch }) => epoch === tamperedEpoch);
      const record = chain?.faults[0]?.record;
      if (!verdict.isVerified && record === tampering.firstRecord) return true;
      t.comment(tampering.kind, tampering.firstRecord, printed(verdict));
      return false;
    }),
    { numRuns: 300 },
  );
  t.same([...kinds].sort(), [...tamperingKinds].sort(), 'every kind of it');
  t.end();
});
