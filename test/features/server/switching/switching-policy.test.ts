import fc from 'fast-check';
import t from 'tap';
import '../../../property-seed.ts';
import { localIso } from '../../../../gateway/core/local-hour.ts';
import { tariffBandAt } from '../../../../gateway/core/tariff-band.ts';
import { addDays, tempoDayInterval } from '../../../../gateway/core/tempo-day.ts';
import { tempoColours, type TempoColour } from '../../../../gateway/core/tempo-rules.ts';
import {
  nextPolicyChange,
  policyWish,
  type PolicySettings,
  type PolicyWish,
} from '../../../../gateway/features/server/switching/switching-policy.ts';
import { colours, derogations, french, knowledge, seed } from './known.ts';

const tariff: PolicySettings = { ...seed, policy: 'tariff' };
const hourMs = 3_600_000;

interface Row {
  readonly title: string;
  readonly settings?: PolicySettings;
  readonly colours: string;
  readonly derogations?: string;
  readonly redChance?: number;
  /** From, and every switching until: `2026-01-13 06:00 off`. */
  readonly from: string;
  readonly to: string;
  readonly is: readonly string[];
  /** At the start. */
  readonly reason?: string;
}

const rows: readonly Row[] = [
  {
    title: 'a single red day: from the evening before to the next morning',
    colours: '01-12 white 01-13 red 01-14 blue 01-15 blue',
    ...{ from: '2026-01-12 06:00', to: '2026-01-15 06:00' },
    is: ['2026-01-12 22:00 off', '2026-01-14 06:00 on'],
    reason: 'not-red',
  },
  {
    title: 'a run of five is one stretch',
    colours: '01-11 blue 01-12 red 01-13 red 01-14 red 01-15 red 01-16 red 01-17 white',
    ...{ from: '2026-01-11 06:00', to: '2026-01-18 06:00' },
    is: ['2026-01-11 22:00 off', '2026-01-17 06:00 on'],
  },
  {
    title: 'red, not red, red',
    colours: '01-12 blue 01-13 red 01-14 white 01-15 red 01-16 blue',
    ...{ from: '2026-01-12 12:00', to: '2026-01-17 00:00' },
    is: ['2026-01-12 22:00 off', '2026-01-14 06:00 on', '2026-01-14 22:00 off', '2026-01-16 06:00 on'],
  },
  {
    title: 'a red Monday after a week-end: off on Sunday evening',
    colours: '01-10 white 01-11 blue 01-12 red 01-13 blue',
    ...{ from: '2026-01-10 06:00', to: '2026-01-14 06:00' },
    is: ['2026-01-11 22:00 off', '2026-01-13 06:00 on'],
  },
  {
    title: 'a red Friday before a week-end whose colours are not known: it cannot be red',
    settings: { ...seed, unknownColour: 'turn-off' },
    colours: '01-15 white 01-16 red',
    ...{ from: '2026-01-15 06:00', to: '2026-01-18 21:00' },
    is: ['2026-01-15 22:00 off', '2026-01-17 06:00 on'],
  },
  {
    title: 'the preset tariff spares the peak hours alone',
    settings: tariff,
    colours: '01-12 white 01-13 red 01-14 red 01-15 blue',
    ...{ from: '2026-01-12 06:00', to: '2026-01-15 06:00' },
    is: ['2026-01-13 06:00 off', '2026-01-13 22:00 on', '2026-01-14 06:00 off', '2026-01-14 22:00 on'],
  },
  {
    title:
      'a derogation of the red day: on for the evening and night before, off before and after its window',
    colours: '01-12 white 01-13 red 01-14 blue',
    derogations: '2026-01-13 08:00 2026-01-13 20:00',
    ...{ from: '2026-01-12 06:00', to: '2026-01-15 00:00' },
    is: ['2026-01-13 06:00 off', '2026-01-13 08:00 on', '2026-01-13 20:00 off', '2026-01-14 06:00 on'],
  },
  {
    title: 'from 06:00 on: nothing is switched before its end',
    colours: '01-12 white 01-13 red 01-14 blue',
    derogations: '2026-01-13 06:00 2026-01-13 18:00',
    ...{ from: '2026-01-12 06:00', to: '2026-01-15 00:00' },
    is: ['2026-01-13 18:00 off', '2026-01-14 06:00 on'],
  },
  {
    title: 'one that ends at 22:00',
    colours: '01-12 white 01-13 red 01-14 red 01-15 blue',
    derogations: '2026-01-13 10:00 2026-01-13 22:00',
    ...{ from: '2026-01-12 06:00', to: '2026-01-15 12:00' },
    is: ['2026-01-13 06:00 off', '2026-01-13 10:00 on', '2026-01-13 22:00 off', '2026-01-15 06:00 on'],
  },
  {
    title: 'one over midnight, of two red days: the second begins when the first ends all the same',
    colours: '01-12 white 01-13 red 01-14 red 01-15 blue',
    derogations: '2026-01-13 20:00 2026-01-14 08:00',
    ...{ from: '2026-01-12 06:00', to: '2026-01-15 12:00' },
    is: ['2026-01-13 06:00 off', '2026-01-13 20:00 on', '2026-01-14 08:00 off', '2026-01-15 06:00 on'],
  },
  {
    title: 'one of the second of two red days leaves the evening before to the first',
    colours: '01-12 white 01-13 red 01-14 red 01-15 blue',
    derogations: '2026-01-14 06:00 2026-01-14 18:00',
    ...{ from: '2026-01-12 06:00', to: '2026-01-15 12:00' },
    is: ['2026-01-12 22:00 off', '2026-01-14 06:00 on', '2026-01-14 18:00 off', '2026-01-15 06:00 on'],
  },
  {
    title: 'one of the evening before, that ends before the red day begins, does not touch it',
    colours: '01-12 white 01-13 red 01-14 blue',
    derogations: '2026-01-12 20:00 2026-01-13 02:00',
    ...{ from: '2026-01-12 06:00', to: '2026-01-15 00:00' },
    is: ['2026-01-13 02:00 off', '2026-01-14 06:00 on'],
  },
  {
    title: 'by the preset tariff a derogation counts in the peak hours',
    settings: tariff,
    colours: '01-12 white 01-13 red 01-14 blue',
    derogations: '2026-01-13 20:00 2026-01-14 08:00',
    ...{ from: '2026-01-12 06:00', to: '2026-01-15 00:00' },
    is: ['2026-01-13 06:00 off', '2026-01-13 20:00 on'],
  },
  {
    title: 'a colour that is not known: it stays on',
    colours: '01-12 white 01-14 blue',
    ...{ from: '2026-01-12 06:00', to: '2026-01-15 00:00' },
    is: [],
  },
  {
    title: 'or is taken for red',
    settings: { ...seed, unknownColour: 'turn-off' },
    colours: '01-12 white 01-14 blue',
    ...{ from: '2026-01-12 06:00', to: '2026-01-14 12:00' },
    is: ['2026-01-12 22:00 off', '2026-01-14 06:00 on'],
  },
  {
    title: 'or goes by its probability, from that on',
    settings: { ...seed, unknownColour: 'by-probability', redProbability: 0.4 },
    colours: '01-12 white 01-14 blue',
    ...{ from: '2026-01-12 06:00', to: '2026-01-14 12:00' },
    is: ['2026-01-12 22:00 off', '2026-01-14 06:00 on'],
  },
  {
    title: 'and not below it',
    settings: { ...seed, unknownColour: 'by-probability', redProbability: 0.41 },
    colours: '01-12 white 01-14 blue',
    ...{ from: '2026-01-12 06:00', to: '2026-01-14 12:00' },
    is: [],
  },
  {
    title: 'a derogation of a day that may be red keeps it on, too',
    settings: { ...seed, unknownColour: 'turn-off' },
    colours: '01-12 white 01-14 blue',
    derogations: '2026-01-13 06:00 2026-01-13 18:00',
    ...{ from: '2026-01-12 06:00', to: '2026-01-14 12:00' },
    is: ['2026-01-13 18:00 off', '2026-01-14 06:00 on'],
  },
  {
    title: 'no day of a summer is waited for',
    settings: { ...seed, unknownColour: 'turn-off' },
    colours: '',
    ...{ from: '2026-07-06 06:00', to: '2026-07-10 06:00' },
    is: [],
    reason: 'not-red',
  },
  {
    title: 'the last of October is not, the first working day of November may be',
    settings: { ...seed, unknownColour: 'turn-off' },
    colours: '11-03 blue',
    ...{ from: '2026-10-30 06:00', to: '2026-11-03 12:00' },
    is: ['2026-11-01 22:00 off', '2026-11-03 06:00 on'],
  },
  {
    title: 'the season turns from summer: the first of April cannot be red',
    settings: { ...seed, unknownColour: 'turn-off' },
    colours: '03-30 white 03-31 red',
    ...{ from: '2026-03-30 06:00', to: '2026-04-02 06:00' },
    is: ['2026-03-30 22:00 off', '2026-04-01 06:00 on'],
  },
  {
    title: 'clocks that are set forward: 06:00 is 06:00 as it is shown',
    colours: '03-27 red 03-28 blue 03-29 blue 03-30 red 03-31 blue',
    ...{ from: '2026-03-27 12:00', to: '2026-04-01 00:00' },
    is: ['2026-03-28 06:00 on', '2026-03-29 22:00 off', '2026-03-31 06:00 on'],
    reason: 'red-day',
  },
  {
    title: 'none: only people switch',
    settings: { ...seed, policy: 'none' },
    colours: '01-13 red',
    ...{ from: '2026-01-12 06:00', to: '2026-01-15 00:00' },
    is: [],
  },
];

for (const row of rows) {
  t.test(row.title, (t) => {
    const { settings = seed, redChance } = row;
    const known = knowledge(colours(row.colours), derogations(row.derogations ?? ''), redChance);
    const [fromMs, toMs] = [french(row.from), french(row.to)];
    const switched: string[] = [];
    let before = policyWish(fromMs, known, settings)?.wanted;
    for (let atMs = fromMs; atMs < toMs; atMs += 60_000) {
      const wanted = policyWish(atMs, known, settings)?.wanted;
      if (wanted !== before) switched.push(`${shown(atMs)} ${wanted ?? 'nothing'}`);
      before = wanted;
    }
    t.same(switched, row.is);
    const next = nextPolicyChange(fromMs, known, settings);
    const said =
      next === undefined || next.atMs >= toMs ? undefined : `${shown(next.atMs)} ${next.wish.wanted}`;
    t.equal(said, row.is[0], 'the next change is the first of them');
    if (row.reason !== undefined) t.equal(policyWish(fromMs, known, settings)?.reason, row.reason);
    t.end();
  });
}

t.test('a colour that comes, or is corrected, counts from then on', (t) => {
  const at = french('2026-01-12 23:00');
  const wish = (text: string, settings = seed) => policyWish(at, knowledge(colours(text)), settings);
  t.match(wish('01-12 white'), { wanted: 'on', reason: 'unknown-tomorrow-on', day: '2026-01-13' });
  t.match(wish('01-12 white 01-13 red'), { wanted: 'off', reason: 'red-tomorrow', day: '2026-01-13' });
  t.match(wish('01-12 white 01-13 white'), { wanted: 'on', reason: 'not-red' });
  t.match(wish('01-12 white', { ...seed, unknownColour: 'turn-off' }), {
    ...{ wanted: 'off', reason: 'unknown-tomorrow-off', redProbability: 0.4 },
  });
  const noon = french('2026-01-13 12:00');
  t.match(policyWish(noon, knowledge(colours('01-13 red')), seed), { wanted: 'off', reason: 'red-day' });
  t.match(policyWish(noon, knowledge(colours('01-13 blue')), seed), { wanted: 'on', reason: 'not-red' });
  t.end();
});

t.test('it says which derogation keeps the server on', (t) => {
  const known = knowledge(colours('01-12 white 01-13 red'), derogations('2026-01-13 08:00 2026-01-13 20:00'));
  t.match(policyWish(french('2026-01-13 09:00'), known, seed), {
    reason: 'derogation',
    derogation: { id: 1, member: '7' },
  });
  t.match(policyWish(french('2026-01-12 23:00'), known, seed), {
    reason: 'derogation-tomorrow',
    derogation: { id: 1 },
  });
  t.match(policyWish(french('2026-01-13 23:00'), known, tariff), { reason: 'off-peak', wanted: 'on' });
  t.end();
});

t.test('the next change is not certain before the colours up to it are known', (t) => {
  const at = french('2026-01-12 12:00');
  const next = (text: string, settings = seed) => nextPolicyChange(at, knowledge(colours(text)), settings);
  t.match(next('01-12 white 01-13 red'), { isCertain: true, wish: { wanted: 'off' } });
  t.match(next('01-12 white', { ...seed, unknownColour: 'turn-off' }), { isCertain: false });
  t.match(next('01-12 red', seed), { isCertain: false, wish: { wanted: 'on' } });
  t.match(next('01-12 red 01-13 blue'), { isCertain: true, atMs: french('2026-01-13 06:00') });
  t.equal(nextPolicyChange(french('2026-07-06 12:00'), knowledge(new Map()), seed), undefined);
  t.end();
});

const firstDay = '2026-01-11';
const anyDays = fc.array(fc.constantFrom<TempoColour | undefined>(...tempoColours, undefined), {
  minLength: 9,
  maxLength: 9,
});
const anyWindows = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 24 * 8 * 4 }), fc.integer({ min: 1, max: 48 })),
  { maxLength: 3 },
);
const anySettings = fc.record({
  policy: fc.constantFrom('seed' as const, 'tariff' as const),
  unknownColour: fc.constantFrom('stay-on' as const, 'turn-off' as const, 'by-probability' as const),
  redProbability: fc.constantFrom(0.3, 0.5),
});

t.test(
  'whatever is known: on in every derogation, off in every red peak without one, and nothing between edges',
  (t) => {
    let switchings = 0;
    fc.assert(
      fc.property(anyDays, anyWindows, anySettings, (days, windows, settings) => {
        const known = new Map(
          days.flatMap((colour, index) => (colour ? [[addDays(firstDay, index), colour] as const] : [])),
        );
        const startMs = tempoDayInterval(firstDay).startMs;
        const held = windows.map(([quarter, hours], id) => {
          const fromMs = startMs + (quarter * hourMs) / 4;
          return { id, member: '1', startMs: fromMs, endMs: fromMs + hours * hourMs };
        });
        const knows = knowledge(known, held);
        let [edges, changes] = [0, 0];
        let before: string | undefined;
        const endMs = startMs + 8 * 24 * hourMs;
        for (let atMs = startMs; atMs < endMs; atMs += hourMs / 4) {
          const wish = policyWish(atMs, knows, settings);
          const isHeld = held.some((one) => one.startMs <= atMs && atMs < one.endMs);
          if (wish === undefined || isWrong(wish, { atMs, isHeld, known, policy: settings.policy }))
            return false;
          if (before !== undefined && wish.wanted !== before) changes += 1;
          const nextMs = nextPolicyChange(atMs, knows, settings)?.atMs ?? Infinity;
          if (nextMs <= Math.min(atMs + hourMs / 4, endMs - hourMs / 4 - 1)) edges += 1;
          before = wish.wanted;
        }
        switchings += changes;
        return edges === changes;
      }),
      { numRuns: 60 },
    );
    t.ok(switchings > 50, `${switchings} switchings`);
    t.end();
  },
);

function isWrong(
  { wanted, day: decided, reason }: PolicyWish,
  of: {
    readonly atMs: number;
    readonly isHeld: boolean;
    readonly known: ReadonlyMap<string, TempoColour>;
    readonly policy: string;
  },
): boolean {
  const { day, band } = tariffBandAt(of.atMs);
  if (wanted === 'on') return !of.isHeld && band === 'peak' && of.known.get(day) === 'red';
  const isGuess = reason.startsWith('unknown-');
  return (
    of.isHeld || (of.policy === 'tariff' && band !== 'peak') || (of.known.get(decided) !== 'red' && !isGuess)
  );
}

/** By the clocks of France. */
function shown(atMs: number): string {
  return localIso('Europe/Paris', atMs).slice(0, 16).replace('T', ' ');
}
