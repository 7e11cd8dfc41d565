import t from 'tap';
import { outlookSpan, placeIn } from '../../../../gateway/faces/web/page/outlook-span.ts';
import { hourMs, knownJob, nowMs } from './known-job.ts';

t.test('the picture reaches to the last deadline, a day at least and three days at most', (t) => {
  const hoursAhead = (...deadlines: number[]): number => {
    const jobs = deadlines.map((hours) => knownJob({ deadlineMs: nowMs + hours * hourMs }));
    return (outlookSpan(jobs, nowMs).toMs - nowMs) / hourMs;
  };
  t.equal(hoursAhead(), 24);
  t.equal(hoursAhead(5), 24);
  t.equal(hoursAhead(5, 40, 30), 41);
  t.equal(hoursAhead(2_000), 72);
  const ended = knownJob({ state: 'done', deadlineMs: nowMs + 60 * hourMs });
  t.equal(outlookSpan([ended], nowMs).toMs, nowMs + 24 * hourMs);
  t.same(
    outlookSpan([], nowMs + 59 * 60_000),
    { fromMs: nowMs - 3 * hourMs, toMs: nowMs + 24 * hourMs },
    'it stands still for an hour',
  );
  t.end();
});

t.test('what lies outside has no place, and what reaches out is cut', (t) => {
  const span = { fromMs: 100, toMs: 200 };
  t.equal(placeIn(span, { startMs: 0, endMs: 100 }), undefined);
  t.equal(placeIn(span, { startMs: 200, endMs: 300 }), undefined);
  t.same(placeIn(span, { startMs: 0, endMs: 150 }), { from: 0, to: 0.5 });
  t.same(placeIn(span, { startMs: 125, endMs: 900 }), { from: 0.25, to: 1 });
  t.end();
});
