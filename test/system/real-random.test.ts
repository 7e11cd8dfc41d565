import t from 'tap';
import { createRealRandom } from '../../gateway/system/real-random.ts';

t.test('two starts draw different numbers, each below one', (t) => {
  const [left, right] = [createRealRandom(), createRealRandom()];
  const drawn = [left, right].map((random) => Array.from({ length: 8 }, () => random.next()));
  t.notSame(drawn[0], drawn[1]);
  for (const number of drawn.flat()) t.ok(number >= 0 && number < 1);
  t.end();
});
