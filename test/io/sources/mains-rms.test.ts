import fc from 'fast-check';
import t from 'tap';
import { mainsRms, type MainsSample } from '../../../gateway/io/sources/mains-rms.ts';

interface Wave {
  readonly rmsMv: number;
  readonly frequencyHz?: number;
  readonly phase?: number;
  readonly third?: number;
  readonly offsetMv?: number;
}

/** Evenly sampled, 860 times a second unless said. */
function sample(wave: Wave, forMs = 230, rateHz = 860): MainsSample[] {
  const { rmsMv, frequencyHz = 50, phase = 0, third = 0, offsetMv = 1_650 } = wave;
  const peakMv = (rmsMv * Math.SQRT2) / Math.hypot(1, third);
  return Array.from({ length: Math.floor((forMs * rateHz) / 1_000) }, (_, index) => {
    const atMs = 17 + (index * 1_000) / rateHz;
    const turn = 2 * Math.PI * ((frequencyHz * atMs) / 1_000 + phase);
    return { atMs, mv: offsetMv + peakMv * (Math.sin(turn) + third * Math.sin(3 * turn)) };
  });
}

t.test('the RMS of a sine is found to half a percent, wherever it begins and however fast it is', (t) => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 1_400, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 49, max: 51, noNaN: true }),
      (rmsMv, phase, frequencyHz) => {
        const found = mainsRms(sample({ rmsMv, phase, frequencyHz }), 50);
        return found !== undefined && Math.abs(found.rmsMv / rmsMv - 1) < 0.005;
      },
    ),
    { numRuns: 200 },
  );
  t.end();
});

t.test('it is the true one of a wave that is no sine', (t) => {
  for (const third of [0.3, 0.8]) {
    const found = mainsRms(sample({ rmsMv: 500, third, phase: 0.3 }), 50);
    t.ok(Math.abs((found?.rmsMv ?? 0) - 500) < 5, `${third}: ${found?.rmsMv}`);
  }
  t.end();
});

t.test('the bias is no part of it', (t) => {
  const found = mainsRms(sample({ rmsMv: 100, offsetMv: -250 }), 50);
  t.ok(Math.abs((found?.offsetMv ?? 0) + 250) < 1);
  const steady = mainsRms(sample({ rmsMv: 0 }), 50);
  t.ok((steady?.rmsMv ?? 1) < 1e-6);
  t.end();
});

t.test('cycles are whole', (t) => {
  t.equal(mainsRms(sample({ rmsMv: 10 }, 203), 50)?.cycles, 9, 'between the first and the last crossing');
  t.equal(mainsRms(sample({ rmsMv: 0 }, 203), 50)?.cycles, 10, 'of the nominal mains where none is seen');
  t.equal(mainsRms(sample({ rmsMv: 10, frequencyHz: 60 }, 219), 60)?.cycles, 12);
  t.end();
});

t.test('uneven samples are weighed by their time', (t) => {
  const even = sample({ rmsMv: 100, phase: 0.1 }, 500, 2_000);
  const uneven = even.filter((_, index) => index % 7 !== 3 && index % 5 !== 2);
  const found = mainsRms(uneven, 50);
  t.ok(Math.abs((found?.rmsMv ?? 0) - 100) < 1, String(found?.rmsMv));
  t.end();
});

t.test('how the cycles differ is told', (t) => {
  const steady = mainsRms(sample({ rmsMv: 100, phase: 0.2 }), 50);
  const growing = mainsRms(
    sample({ rmsMv: 100, phase: 0.2 }).map(({ atMs, mv }) => ({
      atMs,
      mv: 1_650 + (mv - 1_650) * (atMs / 100),
    })),
    50,
  );
  t.ok((growing?.squareDeviationMv2 ?? 0) > 10 * (steady?.squareDeviationMv2 ?? Infinity));
  t.end();
});

t.test('less than a cycle says nothing', (t) => {
  t.equal(mainsRms([], 50), undefined);
  t.equal(mainsRms(sample({ rmsMv: 10 }, 15), 50), undefined);
  t.equal(mainsRms(sample({ rmsMv: 10 }, 30, 100).slice(0, 2), 50), undefined);
  t.end();
});
