import t from 'tap';
import type { TempoColour } from '../../../gateway/core/tempo-rules.ts';
import { TempoBook } from '../../../gateway/io/sources/tempo-book.ts';
import type { TempoAnswer, TempoClaim } from '../../../gateway/io/sources/tempo-provider.ts';

const today = '2026-01-14';
const tomorrow = '2026-01-15';
const noonMs = Date.parse('2026-01-14T12:00:00+01:00');

function claim(day: string, colour: TempoColour, isFallback = false): TempoClaim {
  return { day, colour, isFallback };
}

function saying(...claims: readonly TempoClaim[]): TempoAnswer {
  return { claims, others: { values: new Map(), texts: new Map() } };
}

t.test('what a provider takes back is no longer known', (t) => {
  const book = new TempoBook(['rte', 'couleur-tempo']);
  book.hear('rte', [today, tomorrow], saying(claim(today, 'blue'), claim(tomorrow, 'red')), noonMs);
  t.match(book.judge(tomorrow, noonMs), { colour: 'red' });
  book.hear('rte', [today, tomorrow], saying(claim(today, 'blue')), noonMs);
  t.match(book.judge(tomorrow, noonMs), { colour: undefined, quality: 'missing' });
  t.end();
});

t.test('the order of preference counts, not who was heard first', (t) => {
  const book = new TempoBook(['rte', 'couleur-tempo']);
  book.hear('couleur-tempo', [tomorrow], saying(claim(tomorrow, 'white')), noonMs);
  book.hear('rte', [tomorrow], saying(claim(tomorrow, 'red')), noonMs);
  t.match(book.judge(tomorrow, noonMs), { provider: 'rte', colour: 'red' });
  t.notOk(book.isSettled(tomorrow, noonMs, 2), 'they differ');
  t.end();
});

t.test('of a season neither made-up days are learned, nor what cannot be, nor other seasons', (t) => {
  const book = new TempoBook(['rte']);
  book.learn(
    [
      claim('2026-01-12', 'red'),
      claim('2026-01-11', 'red'),
      claim('2026-01-10', 'white', true),
      claim('2025-08-31', 'blue'),
      claim(tomorrow, 'blue'),
    ],
    today,
  );
  t.same([...book.calendar], [['2026-01-12', 'red']]);
  t.end();
});

t.test('only final colours enter the calendar, and the past season leaves it', (t) => {
  const book = new TempoBook(['rte']);
  const earlyMs = Date.parse('2026-01-14T10:45:00+01:00');
  book.hear('rte', [today, tomorrow], saying(claim(today, 'blue'), claim(tomorrow, 'red')), earlyMs);
  book.keep(today, earlyMs);
  t.same([...book.calendar.keys()], [today], 'tomorrow is provisional');
  book.hear('rte', [today, tomorrow], saying(claim(today, 'blue'), claim(tomorrow, 'red')), noonMs);
  book.keep(today, noonMs);
  t.same([...book.calendar.keys()], [today, tomorrow]);
  book.keep('2026-09-01', Date.parse('2026-09-01T08:00:00+02:00'));
  t.same([...book.calendar.keys()], []);
  t.match(book.judge(today, noonMs), { quality: 'missing' }, 'days that are over are forgotten');
  t.end();
});
