import t from 'tap';
import type { Saving, SavingsSum } from '../../../../gateway/faces/web/page/job-types.ts';
import {
  formatEuros,
  formatGrams,
  formatWork,
  jobSaved,
  savedWords,
  savingFacts,
  sumDetail,
  sumNote,
  sumSaved,
} from '../../../../gateway/faces/web/page/saving-words.ts';
import { plainText } from './known-job.ts';

const saving: Saving = {
  energyKwh: 0.36,
  isPowerAssumed: false,
  carbonGrams: { actual: 11.4, atOnce: 29.8, best: 10.1 },
  microEuros: { actual: 61_000, atOnce: 77_800, best: 61_000 },
  isFinal: true,
};

t.test('grams, euros and energy are told in the size that people read', (t) => {
  const grams = [0, 0.004, 0.058, 9.9, 12.3, 999, 1_234, -12];
  t.same(
    grams.map((each) => plainText(formatGrams(each))),
    ['0 g', '4.0 mg', '58 mg', '9.9 g', '12 g', '999 g', '1.23 kg', '−12 g'],
  );
  const money = [0, 120, 34_000, 990_000, 1_234_567, -50_000];
  t.same(
    money.map((each) => plainText(formatEuros(each))),
    ['0 ct', '0.012 ct', '3.4 ct', '99.0 ct', '1.23 €', '−5.0 ct'],
  );
  const energies = [0.00056, 0.055, 0.36, 12];
  t.same(
    energies.map((each) => plainText(formatWork(each))),
    ['0.56 Wh', '55.0 Wh', '0.36 kWh', '12.0 kWh'],
  );
  t.end();
});

t.test('what was saved, what was lost and what made no difference have words of their own', (t) => {
  const words = (actual: number, atOnce: number): string =>
    plainText(savedWords({ actual, atOnce, best: 0 }, formatGrams));
  t.equal(words(10, 30), '20 g saved');
  t.equal(words(30, 10), '20 g more');
  t.equal(words(10, 10.004), 'the same');
  t.equal(words(0.01, 0.03), '20 mg saved');
  t.end();
});

t.test('a job tells what it saved, and what it missed', (t) => {
  t.equal(plainText(jobSaved(saving) ?? ''), 'CO₂: 18 g saved, cost: 1.7 ct saved');
  t.equal(jobSaved({ ...saving, carbonGrams: null, microEuros: null }), undefined);
  t.same(
    savingFacts(saving).map(([name, text]) => plainText(`${name}: ${text}`)),
    [
      'Energy: 0.36 kWh',
      'CO₂: 11 g, at once 30 g: 18 g saved',
      'Best CO₂: 10 g: missed 1.3 g',
      'Cost: 6.1 ct, at once 7.8 ct: 1.7 ct saved',
      'Best Cost: 6.1 ct: no start was better',
    ],
  );
  const unsure = savingFacts({ ...saving, isPowerAssumed: true, isFinal: false, carbonGrams: null });
  t.same(
    unsure.map(([name, text]) => plainText(`${name}: ${text}`)).filter((line) => !line.includes('ost')),
    [
      'Energy: 0.36 kWh, its power is assumed',
      'CO₂: not known',
      'Not final: until all hours up to its deadline are known',
    ],
  );
  t.end();
});

t.test('the sum says how much of the whole it is, and of how many jobs it is known', (t) => {
  const sum: SavingsSum = {
    jobs: 5,
    energyKwh: 2,
    assumedPower: 2,
    open: 1,
    carbonGrams: { jobs: 4, actual: 500, atOnce: 2_000, best: 400 },
    microEuros: null,
    isWhole: true,
  };
  t.equal(plainText(sumSaved(sum.carbonGrams, formatGrams)), '1.50 kg');
  t.equal(
    plainText(sumDetail(sum.carbonGrams, formatGrams)),
    '75 % of 2.00 kg; 100 g more with perfect foresight',
  );
  t.equal(sumSaved(null, formatGrams), '–');
  t.equal(sumDetail(null, formatGrams), 'not known of any job');
  t.equal(sumNote(sum), 'the grid’s hours are known of 4; of 2 the power is assumed; 1 not final yet');
  const all = { jobs: 5, actual: 5, atOnce: 5, best: 5 };
  t.equal(sumNote({ ...sum, assumedPower: 0, open: 0, carbonGrams: all }), '');
  t.match(sumNote({ ...sum, isWhole: false }), /^only the newest jobs/);
  t.end();
});

t.test('a price below zero earns by running, and has no share of a whole', (t) => {
  const earned = { actual: -30_000, atOnce: -10_000, best: -30_000 };
  t.equal(plainText(savedWords(earned, formatEuros)), '2.0 ct saved');
  t.equal(sumDetail(earned, formatEuros), 'no more was possible');
  t.end();
});
