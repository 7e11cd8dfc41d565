import t from 'tap';
import { redSlots } from '../../../../gateway/features/grid/red-slots.ts';
import { tempoColourCode, type TempoColour } from '../../../../gateway/core/tempo-rules.ts';
import type { SaidTempoDay } from '../../../../gateway/core/tempo-said-day.ts';
import { addDays, tempoDayInterval } from '../../../../gateway/core/tempo-day.ts';
import { batchOf, type Sample } from '../../../storage/scratch.ts';
import { scratchDirectory } from '../../../storage/upkeep/history.ts';
import { TempoBench } from './tempo-bench.ts';

const noon = '2026-01-12T12:00+01:00';

function said(
  day: string,
  colour: TempoColour,
  state: SaidTempoDay['state'] = 'final',
  provider = 'rte',
): SaidTempoDay {
  return { day, colour, provider, state, heardMs: Date.parse(noon) };
}

t.test('colours outlast a restart, with who said them and what was believed before', async (t) => {
  const bench = new TempoBench(scratchDirectory(t), noon);
  const { book } = bench.tempo;
  await bench.tempo.restore();
  book.hear([said('2026-01-12', 'red'), said('2026-01-13', 'white', 'provisional', 'couleur-tempo')]);
  book.hear([said('2026-01-13', 'red')]);
  t.equal(book.pending, 3, 'two days and a correction');
  await book.flush();
  t.equal(book.pending, 0);
  t.match(bench.service.listAuditLines({ beforeMs: Number.MAX_SAFE_INTEGER, rowsMax: 9 }), [
    {
      action: 'tempo.corrected',
      detail: '2026-01-13 is red (rte, final), not white (couleur-tempo, provisional)',
    },
  ]);
  await bench.restart();
  const kept = bench.tempo.book;
  t.match(kept.colourOf('2026-01-12'), { colour: 'red', state: 'final', provider: 'rte' });
  t.match(kept.said('2026-01-13'), {
    colour: 'red',
    before: [{ colour: 'white', provider: 'couleur-tempo', state: 'provisional' }],
  });
  const { news } = bench;
  kept.hear([said('2026-01-12', 'red'), said('2026-01-13', 'red')]);
  t.same([bench.news - news, kept.pending], [0, 0], 'what is heard again is no news');
  bench.close();
});

t.test('what was heard before the days of before could be read is not lost, nor are those', async (t) => {
  const bench = new TempoBench(scratchDirectory(t), noon);
  await bench.tempo.restore();
  bench.tempo.book.hear([said('2026-01-12', 'white'), said('2026-01-10', 'white')]);
  await bench.tempo.book.flush();
  bench.close();
  const again = new TempoBench(scratchDirectory(t), noon);
  again.tempo.book.hear([said('2026-01-12', 'red')]);
  await again.tempo.book.flush();
  t.equal(again.tempo.book.pending, 1, 'nothing is written over what was not read');
  await again.tempo.restore();
  await again.tempo.book.flush();
  t.equal(again.tempo.book.pending, 0);
  await again.restart();
  t.equal(again.tempo.book.colourOf('2026-01-12')?.colour, 'red');
  again.close();
});

t.test('the calendar leaves Sundays blue, and impossible colours are not believed', async (t) => {
  const bench = new TempoBench(scratchDirectory(t), noon);
  const { book } = bench.tempo;
  await bench.tempo.restore();
  book.hear([said('2026-01-11', 'red'), said('2026-07-14', 'red'), said('2026-01-18', 'white')]);
  t.equal(book.pending, 0);
  t.match(book.colourOf('2026-01-11'), { colour: 'blue', provider: 'calendar', state: 'provisional' });
  t.equal(book.colourOf('2026-01-14'), undefined);
  t.same(book.coloursOf('2026-01-14'), ['blue', 'white', 'red']);
  t.same(book.coloursOf('2026-01-17'), ['blue', 'white']);
  book.hear([said('2026-01-12', 'red'), said('2026-01-13', 'white')]);
  const range = { startMs: Date.parse(noon), endMs: Date.parse('2026-01-19T12:00+01:00') };
  const slots = redSlots(range, (day) => book.coloursOf(day));
  t.match(slots, [
    { startMs: range.startMs, endMs: Date.parse('2026-01-13T06:00+01:00'), value: 1 },
    { endMs: Date.parse('2026-01-14T06:00+01:00'), value: 0 },
    { startMs: Date.parse('2026-01-17T06:00+01:00'), value: 0 },
    { startMs: Date.parse('2026-01-18T06:00+01:00'), endMs: Date.parse('2026-01-19T06:00+01:00'), value: 0 },
  ]);
  t.equal(slots.length, 4, 'days that may be red are not known');
  bench.close();
});

t.test('when all days that are left must be red they are', async (t) => {
  const bench = new TempoBench(scratchDirectory(t), '2026-03-08T12:00+01:00');
  const { book } = bench.tempo;
  await bench.tempo.restore();
  const days: SaidTempoDay[] = [];
  for (let day = '2025-09-01'; day < '2026-03-09'; day = addDays(day, 1)) days.push(said(day, 'blue'));
  book.hear(days);
  const reds = ['2025-12-29', '2025-12-31', '2026-01-05', '2026-01-06', '2026-01-07'];
  book.hear(reds.map((day) => said(day, 'red')));
  t.match(book.colourOf('2026-03-09'), { colour: 'red', provider: 'calendar' }, '17 of 17 days');
  t.equal(bench.tempo.known.redProbability('2026-03-09'), 1);
  book.hear([said('2026-01-08', 'red')]);
  t.equal(book.colourOf('2026-03-09'), undefined, '16 of 17');
  t.equal(bench.tempo.known.redProbability('2026-03-09'), 16 / 17);
  t.equal(bench.tempo.known.redProbability('2026-04-01'), 0);
  bench.close();
});

t.test('readings of before colours were kept are taken over, once', async (t) => {
  const directory = scratchDirectory(t);
  const bench = new TempoBench(directory, noon);
  bench.service.internSeries([
    { device: 'other', quantity: 'tempo_today_colour' },
    { device: 'tempo', quantity: 'tempo_today_colour' },
  ]);
  const day = tempoDayInterval('2026-01-09');
  const samples: Sample[] = [
    [1, day.startMs, 2],
    [2, day.startMs, tempoColourCode('red')],
    [2, day.endMs - 3_600_000, tempoColourCode('red')],
    [2, day.endMs, tempoColourCode('white')],
  ];
  bench.service.appendReadings({ bootId: 'boot', sequence: 1 }, batchOf(samples));
  await bench.tempo.restore();
  t.match(bench.tempo.book.said('2026-01-09'), { colour: 'red', provider: 'tempo', state: 'final' });
  t.equal(bench.tempo.book.colourOf('2026-01-10')?.colour, 'white');
  await bench.tempo.book.flush();
  bench.tempo.book.hear([said('2026-01-09', 'white'), said('2026-01-10', 'white')]);
  await bench.tempo.book.flush();
  await bench.restart();
  t.match(bench.tempo.book.said('2026-01-09'), { colour: 'white', before: [{ provider: 'tempo' }] });
  t.match(bench.tempo.book.said('2026-01-10'), { provider: 'rte', before: [] });
  bench.close();
});

t.test('seasons with days that are not known are asked for, from the first that is needed', async (t) => {
  const bench = new TempoBench(scratchDirectory(t), noon, { since: '2024-06-01' });
  await bench.tempo.restore();
  bench.tempo.wish.look();
  t.same(bench.wanted, [['2023-09-01', '2024-09-01', '2025-09-01']]);
  bench.tempo.wish.look();
  t.equal(bench.wanted.length, 1, 'not more than once an hour');
  const days: SaidTempoDay[] = [];
  for (let day = '2024-06-01'; day < '2026-01-12'; day = addDays(day, 1))
    if (day !== '2024-09-02') days.push(said(day, 'blue'));
  bench.tempo.book.hear(days);
  bench.at('2026-01-12T13:00+01:00');
  bench.tempo.wish.look();
  t.same(bench.wanted[1], ['2024-09-01']);
  bench.at('1970-01-01T00:00Z');
  bench.tempo.wish.look();
  t.equal(bench.wanted.length, 2, 'not while the clock is not set');
  bench.close();
});

t.test('prices of bands go by colour and date, and what is missing is named', async (t) => {
  const bench = new TempoBench(scratchDirectory(t), noon);
  const { book, known } = bench.tempo;
  await bench.tempo.restore();
  let news = 0;
  const end = known.onNews(() => void (news += 1));
  book.hear([said('2026-01-12', 'red'), said('2025-03-03', 'red'), said('2026-02-02', 'red')]);
  t.equal(news, 1);
  t.equal(known.priceOf('2026-01-12', 'peak'), 646_800);
  t.equal(known.priceOf('2026-01-12', 'off-peak'), 146_000);
  t.equal(known.priceOf('2026-02-02', 'peak'), 706_000);
  t.equal(known.priceOf('2025-03-03', 'peak'), undefined);
  t.match(known.whyNoPrice('2025-03-03', 'peak'), /no red peak price for 2025-03-03/);
  t.equal(known.priceOf('2026-01-13', 'peak'), undefined, 'never guessed as blue');
  t.match(known.whyNoPrice('2026-01-13', 'peak'), /the colour of 2026-01-13 is not known/);
  t.match(known.priceSourceOf('2026-01-12'), /Tarif Bleu/);
  end();
  book.hear([said('2026-01-14', 'blue')]);
  t.equal(news, 1);
  bench.close();
});

t.test('a band of another tariff costs its mean by time', async (t) => {
  const peakOffPeak = { peakPrice: 0.3, offPeakPrice: 0.1, offPeakHours: ['12:00-16:00', '22:00-06:00'] };
  const settings = { settings: { kind: 'peak-off-peak', peakOffPeak } as const, source: undefined };
  const bench = new TempoBench(scratchDirectory(t), noon, settings);
  const { known } = bench.tempo;
  t.equal(known.priceOf('2026-01-12', 'peak'), 250_000, '12 hours of 0.3, 4 of 0.1');
  for (const day of ['2026-03-28', '2026-10-24']) t.equal(known.priceOf(day, 'off-peak'), 100_000, day);
  t.same(bench.tempo.notes(), []);
  const none = new TempoBench(scratchDirectory(t), noon, { settings: {}, source: undefined });
  t.equal(none.tempo.known.priceOf('2026-01-12', 'peak'), undefined);
  t.match(none.tempo.known.whyNoPrice('2026-01-12', 'peak'), /tariff\.kind/);
  const shared = new TempoBench(scratchDirectory(t), noon, { settings: {}, hasServer: true });
  await shared.tempo.restore();
  shared.tempo.book.hear([said('2026-01-12', 'blue')]);
  t.equal(shared.tempo.known.priceOf('2026-01-12', 'peak'), 149_400, 'a server is reckoned by Tempo');
  t.equal(shared.tempo.tariff, undefined, 'and jobs are not');
  for (const one of [bench, none, shared]) one.close();
});

t.test('a colour that is missing in the evening is told', async (t) => {
  const bench = new TempoBench(scratchDirectory(t), '2026-01-12T20:00+01:00');
  await bench.tempo.restore();
  t.match(bench.tempo.notes(), [{ message: /2026-01-12 is not known/ }]);
  bench.tempo.book.hear([said('2026-01-12', 'red')]);
  t.same(bench.tempo.notes(), []);
  bench.at('2026-01-12T20:06+01:00');
  t.match(bench.tempo.notes(), [
    { subject: 'tempo', status: 'degraded', message: /2026-01-13 is not known/, hint: /egw tempo set/ },
  ]);
  bench.at('2026-01-13T02:00+01:00');
  t.match(bench.tempo.notes(), [{ message: /2026-01-13/ }], 'at night it is still the day before');
  bench.tempo.book.hear([said('2026-01-13', 'white', 'provisional')]);
  t.same(bench.tempo.notes(), []);
  bench.at('2026-01-17T21:00+01:00');
  bench.tempo.book.hear([said('2026-01-17', 'blue')]);
  t.same(bench.tempo.notes(), [], 'a Sunday is known');
  bench.close();
});

t.test('a person’s word that a provider contradicts is told, until one of them gives in', async (t) => {
  const bench = new TempoBench(scratchDirectory(t), noon);
  const { book } = bench.tempo;
  await bench.tempo.restore();
  book.hear([said('2026-01-12', 'white')]);
  await book.setByHand('2026-01-13', 'blue');
  t.same(bench.tempo.notes(), []);
  book.hear([said('2026-01-13', 'red', 'provisional')]);
  t.same(bench.tempo.notes(), [], 'what is not final may still change');
  book.hear([said('2026-01-13', 'red')]);
  t.match(book.colourOf('2026-01-13'), { colour: 'blue', provider: 'by hand' });
  const message = '2026-01-13 counts as blue, as somebody has said, but rte says red';
  t.match(bench.tempo.notes(), [{ message, hint: /egw tempo set 2026-01-13 red/ }]);
  book.hear([said('2026-01-13', 'blue')]);
  t.same(bench.tempo.notes(), []);
  await book.setByHand('2026-01-13', 'red');
  book.hear([said('2026-01-13', 'blue')]);
  t.equal(bench.tempo.notes().length, 1);
  bench.at('2026-01-14T12:00+01:00');
  book.hear([said('2026-01-14', 'blue')]);
  t.same(bench.tempo.notes(), [], 'the day is over');
  bench.close();
});
