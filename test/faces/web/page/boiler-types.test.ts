import t from 'tap';
import type * as alert from '../../../../gateway/faces/web/page/alert-types.ts';
import { createAlertsClient } from '../../../../gateway/faces/web/page/alerts-client.ts';
import { ApiProblem } from '../../../../gateway/faces/web/page/api-problem.ts';
import { createBoilerClient } from '../../../../gateway/faces/web/page/boiler-client.ts';
import type * as boiler from '../../../../gateway/faces/web/page/boiler-types.ts';
import { alertCommands } from '../../../../gateway/features/alerts/alert-commands.ts';
import { notifyCommands } from '../../../../gateway/features/alerts/notify-commands.ts';
import { boilerCommands } from '../../../../gateway/features/boiler/boiler-commands.ts';
import { configCommands } from '../../../../gateway/features/lifecycle/config-commands.ts';

/** Compiles only while every answer of the gateway is what the page takes it for. */
interface Fits<Page, Answer extends Page> {
  readonly page: Page;
  readonly answer: Answer;
}

type Command = { readonly id: string; readonly run: (...given: never[]) => unknown };
type AnswerOf<Commands extends readonly Command[], Index extends number> = Awaited<
  ReturnType<Commands[Index]['run']>
>;
type Boiler = typeof boilerCommands;
type Alerts = typeof alertCommands;
type Notifiers = typeof notifyCommands;

type Contract = [
  Fits<boiler.BoilerNow, AnswerOf<Boiler, 0>>,
  Fits<boiler.BoilerMinuteRow, AnswerOf<Boiler, 2>['rows'][number]>,
  Fits<boiler.BoilerEvent, AnswerOf<Boiler, 3>['events'][number]>,
  Fits<alert.Alert, AnswerOf<Alerts, 0>['alerts'][number]>,
  Fits<alert.AlertDetail, AnswerOf<Alerts, 1>>,
  Fits<alert.Rule, AnswerOf<Alerts, 3>['rules'][number]>,
  Fits<alert.Notifier, AnswerOf<Notifiers, 0>['notifiers'][number]>,
  Fits<alert.TestAnswer, AnswerOf<Notifiers, 1>>,
];

t.test(
  'what the page asks about boiler and alerts are commands, and their answers what it takes them for',
  async (t) => {
    const checked: Contract['length'] = 8;
    t.equal(checked, 8);
    const asked: string[] = [];
    const note = (method: string, path: string): Promise<unknown> => {
      asked.push(`${method} ${path}`);
      return Promise.resolve({
        alerts: [],
        rules: [],
        notifiers: [],
        settings: [],
        rows: [],
        events: [],
        next: null,
      });
    };
    const api = {
      openAlerts: () => Promise.resolve([]),
      read: (path: string) => note('GET', path),
      post: (path: string) => note('POST', path),
      put: (path: string) => note('PUT', path),
    };
    const boilers = createBoilerClient(api);
    await boilers.now();
    await boilers.minutes({ fromMs: 1, toMs: 2 });
    await boilers.events({ fromMs: 1, toMs: 2 });
    await boilers.changed();
    await boilers.set('failureC', 57);
    const alerts = createAlertsClient(api);
    await alerts.recent();
    await alerts.alert(7);
    await alerts.acknowledge(7);
    await alerts.rules();
    await alerts.notifiers();
    await alerts.test('family');
    const all = [...boilerCommands, ...alertCommands, ...notifyCommands, ...configCommands];
    const commands = all.map(({ http }) => `${http.method} ${http.path}`);
    for (const each of asked) {
      const path = each.replace(/\?.*/, '').replace('/7', '/:id').replace('boiler.failureC', ':setting');
      t.ok(commands.includes(path), path);
    }
    t.equal(asked.length, 11);
  },
);

t.test('long answers are read to their end, and no answer is read for ever', async (t) => {
  const asked: string[] = [];
  const pages = (next: (from: number) => number | null) =>
    createBoilerClient({
      read: (path) => {
        asked.push(path);
        const from = Number(/from=(\d+)/.exec(path)?.[1]);
        return Promise.resolve({ rows: [{ startMs: from }], next: next(from) });
      },
      put: () => Promise.resolve(undefined),
    });
  const rows = await pages((from) => (from < 3 ? from + 1 : null)).minutes({ fromMs: 1, toMs: 9 });
  t.same(
    rows.map(({ startMs }) => startMs),
    [1, 2, 3],
  );
  await pages(() => 1).minutes({ fromMs: 1, toMs: 9 });
  t.equal(asked.length, 3 + 8);
});

t.test('no boiler is an answer, and anything else that goes wrong is not', async (t) => {
  const failing = (code: string) =>
    createBoilerClient({
      read: () => Promise.reject(new ApiProblem('no', { status: 404, code })),
      put: () => Promise.resolve(undefined),
    });
  t.equal(await failing('not_found').now(), undefined);
  await t.rejects(failing('unreachable').now(), new ApiProblem('no', { status: 404, code: 'unreachable' }));
});

t.test('of the settings that were changed only those of the boiler count', async (t) => {
  const settings = [
    { setting: 'boiler.failureC', value: 57 },
    { setting: 'site.name', value: 'x' },
  ];
  const client = createBoilerClient({
    read: () => Promise.resolve({ settings }),
    put: () => Promise.resolve(undefined),
  });
  t.same(await client.changed(), { failureC: 57 });
});
