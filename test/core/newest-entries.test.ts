import t from 'tap';
import { NewestEntries } from '../../gateway/core/newest-entries.ts';

t.test('as many keys are known as there may be, and the first one gives way', (t) => {
  const entries = new NewestEntries<number>(2);
  entries.set('a', 1);
  entries.set('b', 2);
  entries.set('a', 3);
  t.same([entries.get('a'), entries.get('b')], [3, 2], 'one that is known takes nobody’s place');
  entries.set('c', 4);
  t.same([entries.get('a'), entries.get('b'), entries.get('c')], [undefined, 2, 4]);
  t.end();
});
