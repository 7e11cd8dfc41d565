import t from 'tap';
import { playAll } from './meter-cases.ts';

t.test('each case, from a file with an account that runs', async (t) => {
  await playAll(t, 'running');
});
