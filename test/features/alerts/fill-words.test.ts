import t from 'tap';
import { lastedText, localTimeText } from '../../../gateway/features/alerts/alert-time.ts';
import { fillWords, numberText, placesIn } from '../../../gateway/features/alerts/fill-words.ts';
import { oneLine, plainLines } from '../../../gateway/features/alerts/plain-text.ts';

const morning = Date.parse('2026-02-13T06:40:30+01:00');
const english = { zone: 'Europe/Paris', language: 'en', nowMs: morning } as const;
const french = { ...english, language: 'fr' } as const;

t.test('times are told by the clock of the site, as its people write them', (t) => {
  t.equal(localTimeText(morning, french), '13/02 06h40');
  t.equal(localTimeText(morning, english), '13 Feb 06:40');
  t.equal(localTimeText(morning, { ...french, zone: 'America/New_York' }), '13/02 00h40');
  const summer = Date.parse('2026-07-01T21:05:00Z');
  t.equal(localTimeText(summer, french), '01/07 23h05');
  t.equal(localTimeText(summer, english), '1 Jul 23:05');
  t.end();
});

t.test('the year is told where it is another one, by the clock of the site', (t) => {
  const eve = Date.parse('2025-12-31T23:30:00Z');
  t.equal(localTimeText(eve, french), '01/01 00h30', 'in Paris it is the new year');
  t.equal(localTimeText(eve - 3_600_000, french), '31/12/2025 23h30');
  t.equal(localTimeText(eve - 3_600_000, english), '31 Dec 2025 23:30');
  t.end();
});

const durations: readonly (readonly [number, string, string])[] = [
  [-5, '0 s', '0 s'],
  [59_999, '59 s', '59 s'],
  [60_000, '1 min', '1 min'],
  [3_600_000, '1 h', '1 h'],
  [4_800_000, '1 h 20 min', '1 h 20 min'],
  [86_400_000 + 60_000, '1 d', '1 j'],
  [2 * 86_400_000 + 7_200_000 + 60_000, '2 d 2 h', '2 j 2 h'],
];

for (const [ms, en, fr] of durations) {
  t.test(`${ms} ms are ${en}, ${fr}`, (t) => {
    t.equal(lastedText(ms, 'en'), en);
    t.equal(lastedText(ms, 'fr'), fr);
    t.end();
  });
}

t.test('a place is filled once, and what fills it is no place', (t) => {
  const facts = { a: '{b}', b: '{a}', c: null, d: -0.004, e: 54.256, f: 1_770_961_230_000 };
  t.equal(fillWords('{a} {b} {c} {x}', facts, english), '{b} {a} – –');
  t.equal(fillWords('{d} {e}', facts, french), '0 54,26');
  t.equal(fillWords('{d} {e}', facts, english), '0 54.26');
  t.equal(fillWords('{f} {sinceMs}', { ...facts, sinceMs: morning }, french), '1770961230000 13/02 06h40');
  t.equal(fillWords('{toString} {constructor}', facts, english), '– –');
  t.equal(fillWords('{a b} {} {1}', facts, english), '{a b} {} {1}', 'these are no places');
  t.equal(fillWords('{n} {i}', { n: NaN, i: Infinity }, english), '– –');
  t.same(placesIn('{a} of {b2}, {a}'), ['a', 'b2', 'a']);
  t.equal(numberText(1e21, 'fr'), '1e+21');
  t.end();
});

t.test('what a device says cannot part lines, turn them around, or hide in them', (t) => {
  const evil = 'up\r\nBcc: x@y\u202e\u0000\u200b<b>&amp;';
  t.equal(fillWords('{state}', { state: evil }, english), 'up Bcc: x@y<b>&amp;');
  t.equal(oneLine('  a \n\n b\tc\u2028d '), 'a b c d');
  t.equal(plainLines('a \r\n\r\n b \u0007\n'), 'a\n\nb');
  t.equal(oneLine('5 , 6 .'), '5, 6.', 'a unit that there is not leaves no gap');
  t.end();
});
