import t from 'tap';
import type * as page from '../../../../gateway/faces/web/page/job-types.ts';
import { createJobsClient } from '../../../../gateway/faces/web/page/jobs-client.ts';
import { jobCommands } from '../../../../gateway/features/jobs/job-commands.ts';
import { jobViewCommands } from '../../../../gateway/features/jobs/job-view-commands.ts';

/** Compiles only while every answer of the gateway is what the page takes it for. */
interface Fits<Page, Answer extends Page> {
  readonly page: Page;
  readonly answer: Answer;
}

type Command = { readonly id: string; readonly run: (...given: never[]) => unknown };
type AnswerOf<Commands extends readonly Command[], Index extends number> = Awaited<
  ReturnType<Commands[Index]['run']>
>;
type Jobs = typeof jobCommands;
type Views = typeof jobViewCommands;

type Contract = [
  Fits<page.Job, AnswerOf<Jobs, 1>['jobs'][number]>,
  Fits<page.JobDetail, AnswerOf<Jobs, 2>>,
  Fits<page.JobOutput, AnswerOf<Jobs, 3>>,
  Fits<page.SavingsSum, AnswerOf<Views, 0>>,
  Fits<page.Outlook, AnswerOf<Views, 1>>,
  Fits<page.JobRights, AnswerOf<Views, 2>>,
];

t.test('what the page asks about jobs are commands, and their answers what it takes them for', async (t) => {
  const checked: Contract['length'] = 6;
  t.equal(checked, 6);
  const asked: string[] = [];
  const note = (method: string, path: string): Promise<unknown> => {
    asked.push(`${method} ${path}`);
    return Promise.resolve({ jobs: [] });
  };
  const client = createJobsClient({
    openJobs: () => Promise.resolve([]),
    read: (path) => note('GET', path),
    post: (path) => note('POST', path),
  });
  await client.jobs();
  await client.job(7);
  await client.output(7);
  await client.outlook({ fromMs: 1, toMs: 2 });
  await client.savings();
  await client.rights();
  await client.cancel(7);
  await client.runNow(7);
  await client.add({ commandline: 'x', requestKey: 'k', estimate: '1h', when: 'carbon' });
  const commands = [...jobCommands, ...jobViewCommands].map(({ http }) => `${http.method} ${http.path}`);
  for (const each of asked) {
    const path = each.replace(/\?.*/, '').replace('/7', '/:id');
    t.ok(commands.includes(path), path);
  }
  t.match(asked[0], /\?states=done,failed,cancelled,missed&limit=20$/);
  t.match(asked[3], /outlook\?from=1&to=2$/);
});
