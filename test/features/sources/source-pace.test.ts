import fc from 'fast-check';
import t from 'tap';
import { allErrorCodes } from '../../../gateway/core/errors.ts';
import { isSilent, retryDelayMs } from '../../../gateway/features/sources/source-pace.ts';

const day = 86_400_000;

t.test('how long a source is left alone after a failure', (t) => {
  const pace = { periodMs: 600_000, periodMsMin: 60_000 };
  const cases = [
    [pace, 'source_unavailable', 1, undefined, 60_000],
    [pace, 'source_unavailable', 9, undefined, 60_000],
    [pace, 'source_unavailable', 1, 90_000, 90_000],
    [pace, 'source_refused', 1, undefined, 60_000],
    [pace, 'source_refused', 2, undefined, 120_000],
    [pace, 'source_missing', 4, undefined, 480_000],
    [pace, 'rate_limited', 5, undefined, 900_000],
    [pace, 'certificate_invalid', 10_000, undefined, 900_000],
    [pace, 'rate_limited', 1, 3_600_000, 3_600_000],
    [pace, 'rate_limited', 1, Infinity, day],
    [{ periodMs: 10_000, periodMsMin: 1_000 }, 'connection_refused', 5, undefined, 10_000],
    [{ periodMs: 10_000, periodMsMin: 1_000 }, 'source_refused', 2, undefined, 20_000],
    [{ ...pace, requestsPerDay: 1_000 }, 'connection_timeout', 1, undefined, 86_400],
    [{ periodMs: 600_000, periodMsMin: 300_000 }, 'connection_refused', 1, undefined, 300_000],
  ] as const;
  for (const [given, code, inRow, retryAfterMs, delayMs] of cases)
    t.equal(retryDelayMs(given, { code, inRow, retryAfterMs }), delayMs, `${code} ${inRow} ${retryAfterMs}`);
  t.end();
});

t.test('no failure makes it come sooner than it may, nor later than in a day', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 10_000, max: day }),
      fc.integer({ min: 0, max: day }),
      fc.constantFrom(...allErrorCodes),
      fc.integer({ min: 1, max: 1e9 }),
      fc.option(fc.double({ noNaN: true, min: 0 }), { nil: undefined }),
      (...[periodMs, periodMsMin, code, inRow, retryAfterMs]) => {
        const delayMs = retryDelayMs({ periodMs, periodMsMin }, { code, inRow, retryAfterMs });
        return delayMs >= periodMsMin && delayMs >= 10_000 && delayMs <= day;
      },
    ),
  );
  t.same([isSilent(29_999, 10_000), isSilent(30_000, 10_000)], [false, true]);
  t.end();
});
