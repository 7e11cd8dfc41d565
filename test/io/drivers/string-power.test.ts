import t from 'tap';
import { stringPowerOf } from '../../../gateway/io/drivers/string-power.ts';

t.test('strings give the sum of voltage times current', (t) => {
  t.equal(stringPowerOf([33.1, 6.1]), 201.91, 'to the hundredth, as decimals say');
  t.equal(stringPowerOf([540.3, 5.2, 530.5, 5]), 5_462.06);
  t.equal(stringPowerOf([540.3, 0]), 0);
  t.ok(Number.isNaN(stringPowerOf([540.3])), 'a voltage without a current is no power');
  t.end();
});
