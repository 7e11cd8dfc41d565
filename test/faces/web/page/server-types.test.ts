import t from 'tap';
import { ApiProblem } from '../../../../gateway/faces/web/page/api-problem.ts';
import type * as member from '../../../../gateway/faces/web/page/member-types.ts';
import { createServerClient } from '../../../../gateway/faces/web/page/server-client.ts';
import type * as server from '../../../../gateway/faces/web/page/server-types.ts';
import type * as tempo from '../../../../gateway/faces/web/page/tempo-types.ts';
import { tempoCommands } from '../../../../gateway/features/grid/tempo-commands.ts';
import { costSharingCommands } from '../../../../gateway/features/members/cost-sharing-commands.ts';
import { derogationCommands } from '../../../../gateway/features/members/derogation-commands.ts';
import { memberCommands } from '../../../../gateway/features/members/member-commands.ts';
import { meterCommands } from '../../../../gateway/features/server/meter-commands.ts';
import { switchingCommands } from '../../../../gateway/features/server/switching-commands.ts';

/** Compiles only while every answer of the gateway is what the page takes it for. */
interface Fits<Page, Answer extends Page> {
  readonly page: Page;
  readonly answer: Answer;
}

type Command = { readonly id: string; readonly run: (...given: never[]) => unknown };
type AnswerOf<Commands extends readonly Command[], Index extends number> = Awaited<
  ReturnType<Commands[Index]['run']>
>;
type Tempo = typeof tempoCommands;
type Sharing = typeof costSharingCommands;
type Switching = typeof switchingCommands;

type Contract = [
  Fits<tempo.TempoNow, AnswerOf<Tempo, 0>>,
  Fits<tempo.TempoCalendar, AnswerOf<Tempo, 1>>,
  Fits<server.ServerNow, AnswerOf<Switching, 0>>,
  Fits<server.ServerOrder, AnswerOf<Switching, 1>['orders'][number]>,
  Fits<server.EnergyDay, AnswerOf<typeof meterCommands, 0>['days'][number]>,
  Fits<member.Member, AnswerOf<typeof memberCommands, 0>['members'][number]>,
  Fits<member.Derogation, AnswerOf<typeof derogationCommands, 0>['derogations'][number]>,
  Fits<member.PeriodShares, AnswerOf<Sharing, 0>['periods'][number]>,
  Fits<member.StatementYear, AnswerOf<Sharing, 1>>,
  Fits<{ readonly lines: readonly string[] }, AnswerOf<Sharing, 4>>,
];

t.test(
  'what the page asks about Tempo and the server are commands, and their answers what it takes them for',
  async (t) => {
    const checked: Contract['length'] = 10;
    t.equal(checked, 10);
    const asked: string[] = [];
    const note = (method: string, path: string): Promise<unknown> => {
      asked.push(`${method} ${path}`);
      return Promise.resolve({ id: 7, days: [], periods: [{ firstDay: '2026-01-01' }], orders: [] });
    };
    const client = createServerClient({
      read: (path) => note('GET', path),
      post: (path) => note('POST', path),
      put: (path) => note('PUT', path),
      remove: (path) => note('DELETE', path),
      mayAdminister: () => Promise.resolve(true),
    });
    await client.tempo();
    await client.calendar('2025-2026');
    await client.explain('2026-01-12');
    await client.server();
    await client.orders();
    t.same(await client.energy({ first: '2026-01-01', last: '2026-01-31' }), []);
    await client.switchOn();
    await client.switchOff();
    await client.members();
    t.equal((await client.shares())?.firstDay, '2026-01-01');
    await client.derogations();
    t.equal(await client.addDerogation({ member: '1', day: 'today' }), 7);
    await client.removeDerogation(7);
    await client.statements();
    await client.statements(2025);
    await client.setPaid(2025, '1');
    const all = [
      ...[...tempoCommands, ...switchingCommands, ...meterCommands, ...memberCommands],
      ...[...derogationCommands, ...costSharingCommands],
    ];
    const commands = all.map(({ http }) => `${http.method} ${http.path}`);
    for (const each of asked) {
      const path = each
        .replace(/\?.*/, '')
        .replace('/2026-01-12/', '/:day/')
        .replace('/derogations/7', '/derogations/:id')
        .replace('/2025/1', '/:year/:member');
      t.ok(commands.includes(path), path);
    }
    t.equal(asked.length, 16);
  },
);

t.test('what is not configured is none, and anything else that goes wrong is not', async (t) => {
  const failing = (code: string) => {
    const refuse = () => Promise.reject(new ApiProblem('no', { status: 404, code }));
    return createServerClient({
      ...{ read: refuse, post: refuse, put: refuse, remove: refuse },
      mayAdminister: () => Promise.resolve(true),
    });
  };
  t.equal(await failing('not_found').tempo(), undefined);
  t.equal(await failing('not_found').server(), undefined);
  t.same(await failing('not_found').energy({ first: '', last: '' }), []);
  const unreachable = new ApiProblem('no', { status: 404, code: 'unreachable' });
  await t.rejects(failing('unreachable').server(), unreachable);
  await t.rejects(failing('unreachable').energy({ first: '', last: '' }), unreachable);
});
