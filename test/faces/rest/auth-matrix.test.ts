import t from 'tap';
import { runAuthMatrix } from './auth-matrix.ts';

t.setTimeout(240_000);

// The scoreboard tries all of them.
t.test(
  'no route lets in who may not, whatever he comes with, and each refusal is noted',
  { timeout: 240_000 },
  async (t) => {
    const { routes, requests, admitted, faults } = await runAuthMatrix(8);
    t.same(faults, []);
    t.ok(routes > 80, `${routes} routes`);
    t.ok(requests > 20 * 80, `${requests} requests`);
    t.ok(admitted > 80, `${admitted} were let in`);
  },
);
