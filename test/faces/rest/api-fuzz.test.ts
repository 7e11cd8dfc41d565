import fc from 'fast-check';
import t from 'tap';
import { runApiFuzz } from './api-fuzz.ts';

t.test(
  'requests that are right, nearly right and hostile get answers and problems, never failures',
  async (t) => {
    const seed = Number(fc.readConfigureGlobal().seed ?? process.hrtime.bigint() % 2n ** 31n);
    const { byStatus } = await runApiFuzz({ requests: 2_000, seed });
    t.comment(`seed ${seed}: ${JSON.stringify(byStatus)}`);
    for (const status of ['200', '400', '401', '403', '404'])
      t.ok((byStatus[status] ?? 0) > 0, `some were answered with ${status}`);
  },
);
