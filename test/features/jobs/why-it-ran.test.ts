import t from 'tap';
import { unplanned } from '../../../gateway/features/jobs/decision-record.ts';
import { whyItRan } from '../../../gateway/features/jobs/why-it-ran.ts';

const surplus = 'the zone produces 120 MW more than it consumes';

t.test('a run that began by its plan began for the reason of that', async (t) => {
  const decision = { ...unplanned(0), reason: 'best_now', words: `starts now: ${surplus}` } as const;
  t.equal(whyItRan('policy', decision), surplus);
  t.equal(whyItRan('retry', decision), surplus);
  t.equal(whyItRan('policy', { ...decision, words: 'starts now' }), null);
});

t.test('a run at the latest start says what was waited for until then', async (t) => {
  const words = 'starts at 2026-11-22 17:34 at the latest: the price is not known (no source tells of it)';
  const decision = { ...unplanned(0), reason: 'unknown', words } as const;
  t.equal(whyItRan('deadline', decision), 'the price is not known (no source tells of it)');
});

t.test('a run by hand began for no reason of its plan, and one without a plan for none', async (t) => {
  const waits = { ...unplanned(0), reason: 'better_later', words: 'waits for 03:00: 41 g/kWh then' } as const;
  t.equal(whyItRan('manual', waits), null);
  t.equal(whyItRan('policy', waits), null);
  t.equal(whyItRan('policy', undefined), null);
  t.equal(whyItRan('policy', unplanned(0)), null);
});
