import t from 'tap';
import { limits } from '../../../gateway/core/limits.ts';
import { readJobPage } from '../../../gateway/features/jobs/job-page.ts';
import { StubJobs } from '../../faces/web/stub-jobs.ts';

function deskOf(jobs: number, line: string): StubJobs {
  const desk = new StubJobs(() => 0);
  for (let id = 1; id <= jobs; id += 1) desk.put(id, {}, { command: { line } });
  return desk;
}

const all = { states: [], beforeId: undefined };

t.test('pages follow one another until there is nothing more', async (t) => {
  const desk = deskOf(230, 'true');
  const first = await readJobPage(desk, { ...all, jobsMax: 120 });
  t.same([first.jobs.length, first.jobs[0]?.id, first.jobs.at(-1)?.id, first.hasMore], [120, 230, 111, true]);
  const rest = await readJobPage(desk, { ...all, beforeId: 111, jobsMax: 110 });
  t.same([rest.jobs.length, rest.jobs.at(-1)?.id, rest.hasMore], [110, 1, false]);
  t.same(await readJobPage(deskOf(0, ''), { ...all, jobsMax: 5 }), { jobs: [], hasMore: false });
});

t.test('a page of long commands is short, and the next goes on where it ended', async (t) => {
  const desk = deskOf(40, 'x'.repeat(limits.jobLineLengthMax));
  const perPage = limits.jobPageLengthMax / limits.jobLineLengthMax;
  const seen: number[] = [];
  for (let beforeId: number | undefined; ;) {
    const { jobs, hasMore } = await readJobPage(desk, { states: [], beforeId, jobsMax: 1_000 });
    t.ok(jobs.length <= perPage);
    seen.push(...jobs.map(({ id }) => id));
    if (!hasMore) break;
    beforeId = jobs.at(-1)?.id;
  }
  t.same(
    seen,
    Array.from({ length: 40 }, (_, index) => 40 - index),
  );
});
