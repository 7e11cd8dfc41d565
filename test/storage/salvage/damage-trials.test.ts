import t from 'tap';
import { runDamageTrials } from './damage-trials.ts';

const trials = 40;
t.setTimeout(120_000);

t.test(
  'of a damaged database nothing wrong is answered, nothing is lost in silence, and nearly all is kept',
  (t) => {
    const found = runDamageTrials(t.testdir(), trials, 4);
    t.same(found.wrong, []);
    t.same(found.silent, []);
    t.same(found.unusable, []);
    t.ok(found.keptShare >= 0.95, `${found.keptShare} of what had been in the files is kept`);
    t.ok(found.noticed > trials / 4, 'the damage is felt');
    t.ok(found.unnoticedBySqlite > 0, 'what integrity_check calls good is found damaged');
    t.end();
  },
);
