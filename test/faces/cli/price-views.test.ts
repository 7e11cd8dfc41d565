import t from 'tap';
import { createPaint } from '../../../gateway/faces/cli/paint.ts';
import { costView, importedPricesView } from '../../../gateway/faces/cli/price-views.ts';

const plain = createPaint({ write: () => true }, {});
const six = {
  ...{ bluePeak: 0.1654, blueOffPeak: 0.1356, whitePeak: 0.1921, whiteOffPeak: 0.1536 },
  ...{ redPeak: 0.7295, redOffPeak: 0.161525 },
};

t.test('prices have the decimals that they were given with', (t) => {
  const row = { validFrom: '2026-08-01', lastDay: null, ...six };
  const answer = { taken: [row], unchanged: 0, refused: [], otherPowers: 0, isSwapped: false };
  const text = importedPricesView(answer, plain);
  t.match(text, /2026-08-01 .*0\.1654 +0\.1356 +0\.1921 +0\.1536 +0\.7295 +0\.161525\n/);
  t.match(text, /1 taken, of which 0 were there; 0 refused\n$/);
  t.end();
});

t.test('each row that is refused is named', (t) => {
  const refused = [{ where: 'row 3', why: 'its end "x" is no day\u001b[31m' }];
  const text = importedPricesView(
    { taken: [], unchanged: 0, refused, otherPowers: 2, isSwapped: true },
    plain,
  );
  t.match(text, /^0 taken, of which 0 were there; 1 refused\nrow 3: its end "x" is no day/);
  t.notMatch(text, /\u001b/, 'nothing that a terminal obeys');
  t.match(text, /2 are of other subscribed powers\n.*swapped/);
  t.end();
});

t.test('costs are summed up, and what has no price is explained', (t) => {
  const numbers = { kwh: 24, estimatedKwh: 1.5, unpricedKwh: 8, microEuros: 1, euros: '3.639200' };
  const answer = { by: 'day', rows: [{ what: '2026-03-02', ...numbers }], total: numbers };
  const text = costView({ ...answer, problem: 'the colour is not known' }, plain);
  t.match(text, /2026-03-02 +24\.000 +1\.500 +8\.000 +3\.639200\ntotal/);
  t.match(text, /Without price: the colour is not known\n$/);
  t.notMatch(costView({ ...answer, problem: null }, plain), /Without price/);
  t.end();
});
