import t from 'tap';
import { jobsCards } from '../../../../gateway/faces/web/page/jobs-card.ts';
import { hourMs, knownJob, nowMs, time } from './known-job.ts';

t.test('a home without jobs that are open has no card of them', (t) => {
  t.same(jobsCards([], time), []);
  t.end();
});

t.test('the card has what runs and what starts next, and says how many more there are', (t) => {
  const run = {
    attempt: 1,
    startedMs: nowMs - 1,
    ranMs: 1,
    isPaused: false,
    isEnding: false,
    outputBytes: 0,
  };
  const startsIn = (id: number, hours: number): ReturnType<typeof knownJob> =>
    knownJob({
      id,
      name: `Job ${id}`,
      slots: [{ startMs: nowMs + hours * hourMs, endMs: nowMs + 99 * hourMs }],
    });
  const [card, ...others] = jobsCards(
    [
      startsIn(1, 20),
      startsIn(2, 3),
      knownJob({ id: 3, name: null, slots: [], why: null }),
      { ...startsIn(4, 0), run },
    ],
    time,
  );
  t.same(others, []);
  t.same(
    card?.lines.map(({ name, text, detail }) => [name, text, detail]),
    [
      ['Job 4', 'runs', 'waits for cleaner power'],
      ['Job 2', '15:00', 'waits for cleaner power'],
      ['backup.sh --all', '22 Nov, 06:00', ''],
    ],
  );
  t.equal(card?.note, 'and 1 more');
  t.equal(jobsCards([startsIn(1, 20)], time)[0]?.note, '');
  t.end();
});
