import t from 'tap';
import {
  instantWords,
  outlookRows,
  outlookWords,
  unknownWords,
} from '../../../../gateway/faces/web/page/outlook-words.ts';
import { hourMs, knownJob, nowMs, outlookOf, plainText, signalOf, time } from './known-job.ts';

const outlook = outlookOf({
  carbon: signalOf([46, 30, undefined, 27.4]),
  price: signalOf([216_100, 216_100, 169_600, 1_200_000], { basis: 'known' }),
  red: signalOf([0, 0, 1, 0]),
});

t.test('what it is now and when it is cleanest is told first', (t) => {
  t.equal(
    plainText(outlookWords(outlook, time)),
    'Now 46 g CO₂/kWh, 21.6 ct/kWh. Cleanest at 15:00, 27 g CO₂/kWh (forecast).',
  );
  const later = { ...time, nowMs: nowMs + 3.5 * hourMs };
  t.equal(
    plainText(outlookWords(outlook, later)),
    'Now 27 g CO₂/kWh (forecast), 1.20 €/kWh. Cleanest now, 27 g CO₂/kWh (forecast).',
  );
  t.equal(plainText(outlookWords(outlookOf(), time)), 'Now not known.');
  t.end();
});

t.test('an instant says what is known of it, on other days with its day', (t) => {
  const words = (hours: number): string => plainText(instantWords(outlook, nowMs + hours * hourMs, time));
  t.equal(words(2), '14:00: 17.0 ct/kWh, red day');
  t.equal(words(30), '22 Nov, 18:00: not known');
  t.end();
});

t.test('why something is not known is told of carbon, and of what a job waits for', (t) => {
  const why = 'is not known now: nothing is configured.';
  const waits = knownJob({ when: 'own-export:1500 and window:22:00-06:00 and not-red' });
  t.same(unknownWords(outlook, []), []);
  t.same(unknownWords(outlookOf(), [knownJob({ state: 'done', when: 'price' })]), [`Carbon ${why}`]);
  t.same(unknownWords(outlook, [waits]), [`What the house gives to the grid ${why}`]);
  t.same(unknownWords(outlookOf(), [knownJob({ when: 'price and carbon' }), knownJob({ when: 'surplus' })]), [
    `Carbon ${why}`,
    `The price ${why}`,
    `The surplus ${why}`,
  ]);
  t.end();
});

t.test('the table has a row for each hour to come, with the jobs that are planned in it', (t) => {
  const jobs = [
    knownJob({ slots: [{ startMs: nowMs + 0.5 * hourMs, endMs: nowMs + 1.5 * hourMs }] }),
    knownJob({ id: 8, name: null, slots: [{ startMs: nowMs + hourMs, endMs: nowMs + 2 * hourMs }] }),
    knownJob({ id: 9, name: 'Ended', state: 'done' }),
  ];
  const rows = outlookRows(outlook, jobs, { ...time, nowMs: nowMs + 1 });
  t.same(
    rows.map(({ name, carbon, isRed, jobs: names }) => [name, plainText(carbon), isRed, names]),
    [
      ['12:00 – 13:00', '46 g CO₂/kWh', false, 'Backup'],
      ['13:00 – 14:00', '30 g CO₂/kWh (forecast)', false, 'Backup, backup.sh --all'],
      ['15:00 – 16:00', '27 g CO₂/kWh (forecast)', false, ''],
    ],
  );
  t.equal(outlookRows({ ...outlook, carbon: outlookOf().carbon }, jobs, time).length, 4, 'by price alone');
  t.end();
});
