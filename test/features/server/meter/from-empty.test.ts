import t from 'tap';
import { playAll } from './meter-cases.ts';

t.test('each case, from an empty file', async (t) => {
  await playAll(t, 'empty');
});
