import t, { type Test } from 'tap';
import type { CommandCall } from '../../../gateway/features/command.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { bindBoilerCommands, boilerCommands } from '../../../gateway/features/boiler/boiler-commands.ts';
import { createSchemaChecks } from '../../../gateway/faces/commands/schema-check.ts';
import { minutesAnswer, phasesAnswer, type Answers } from './answers.ts';
import { BoilerScene, burning, minuteMs, out } from './boiler-scene.ts';

const call: CommandCall = {
  principal: { kind: 'local', id: 'local', scopes: new Set() },
  signal: new AbortController().signal,
  origin: 'local',
};

/** The commands over a scene; each answer is checked against its schema. */
function commandsOf(t: Test, scene: BoilerScene) {
  const bound = bindBoilerCommands({
    clock: scene.time,
    store: { call: async () => await Promise.resolve(scene.alerts as never) },
    boiler: scene.boiler,
  });
  const checks = createSchemaChecks();
  return async <Name extends keyof Answers>(name: Name, input: object = {}): Promise<Answers[Name]> => {
    const command = bound.find(({ definition }) => definition.id === `boiler.${name}`);
    const given = { from: '24h', limit: 1_440, dryRun: false, ...input };
    const answer = await command?.run(given, call);
    const output = boilerCommands.find(({ id }) => id === `boiler.${name}`)?.output;
    if (output !== undefined)
      t.doesNotThrow(() => {
        checks(output)(answer);
      }, `${name} is as it is declared`);
    return answer as Answers[Name];
  };
}

t.test('without a boiler every command says how to configure one', async (t) => {
  const scene = new BoilerScene(t);
  const bound = bindBoilerCommands({
    clock: scene.time,
    store: { call: async () => await Promise.resolve([] as never) },
    boiler: undefined,
  });
  for (const command of bound) {
    await t.rejects(
      command.run({ from: '24h', limit: 1 }, call),
      { code: 'not_found', hint: /boiler\.inputs/ },
      command.definition.id,
    );
  }
});

t.test('the status has phase, inputs, settings and the coldest water', async (t) => {
  const scene = new BoilerScene(t, { failureC: 57, comment: 'swept in May' });
  const ask = commandsOf(t, scene);
  t.match(await ask('status'), { phase: null, closedToMs: null });
  await scene.pass(3.5, { ...burning, water: 61.5 });
  t.match(await ask('status'), {
    ...{ name: 'boiler', comment: 'swept in May', phase: 'combustion', code: 6, failureC: 57 },
    sinceMs: scene.startMs,
    minima: [{ hours: 24, waterC: 61.5 }, { hours: 168 }, { hours: 336 }],
    settings: { rawHours: 5, minuteDays: 35, ignitionMinutes: 20 },
  });
});

t.test(
  'phases come in pages, the newest is provisional, and minutes that say nothing are one row',
  async (t) => {
    const scene = new BoilerScene(t);
    const ask = commandsOf(t, scene);
    await scene.pass(3, burning);
    await scene.pass(4);
    await scene.pass(2.5, out);
    t.same(phasesAnswer(await ask('phases'), scene.startMs), [
      '0-3 combustion 6',
      '3-7 undefined 0',
      '7-9 stop 9',
      '9-9.5 stop 9 provisional',
    ]);
    const first = await ask('phases', { limit: 1 });
    t.equal(first.next, scene.startMs + 3 * minuteMs);
    t.same(minutesAnswer(await ask('minutes'), scene.startMs), [
      ...['-1431-0 undefined 0', '0-1 combustion 48', '1-2 combustion 48', '2-3 combustion 48'],
      ...['3-7 undefined 0', '7-8 stop 48', '8-9 stop 48', '9-10 stop 20 provisional'],
    ]);
    const cut = await ask('minutes', { from: new Date(scene.startMs).toISOString(), limit: 2 });
    t.same([cut.rows.length, cut.next], [2, scene.startMs + 2 * minuteMs]);
    t.match(cut.rows[0]?.inputs, {
      water: { mean: 65, min: 65, max: 65, isOn: null, n: 12 },
      primaryFan: { max: 1_700, isOn: true, n: 12 },
      igniter: { isOn: false },
    });
  },
);

t.test('events are changes of phase and what people were told, in the order of time', async (t) => {
  const scene = new BoilerScene(t);
  const ask = commandsOf(t, scene);
  await scene.pass(3, burning);
  await scene.pass(2.5, out);
  const told = { subject: 'boiler', episodeMs: 0, sequence: 0, notedMs: 0, severity: 'safety', facts: '{}' };
  scene.alerts = [
    { ...told, id: 8, rule: 'boiler-fire-out', kind: 'alert', atMs: scene.startMs + 3 * minuteMs },
    { ...told, id: 7, rule: 'silent', kind: 'alert', atMs: scene.startMs + 2 * minuteMs },
    { ...told, id: 6, rule: 'boiler-fire-out', kind: 'test', atMs: scene.startMs + minuteMs },
  ];
  const { events } = await ask('events');
  t.match(
    events.map(({ atMs, kind, phase, before, alert }) => [
      (atMs - scene.startMs) / minuteMs,
      kind,
      phase,
      before,
      alert,
    ]),
    [
      [0, 'phase', 'combustion', null, null],
      [3, 'phase', 'stop', 'combustion', null],
      [3, 'alert', 'stop', null, 8],
    ],
  );
});

t.test(
  'computed again, phases are the same; what came late changes them, once, and tells nobody',
  async (t) => {
    const scene = new BoilerScene(t);
    const ask = commandsOf(t, scene);
    await scene.pass(5, burning);
    await scene.pass(2);
    await scene.pass(3.5, burning);
    const again = { from: new Date(scene.startMs).toISOString() };
    const told = [...scene.desk.told];
    t.match(await ask('recompute', again), { minutes: 10, changedMinutes: 0, changes: [] });
    for (const minute of [5, 6]) scene.say(out, scene.startMs + minute * minuteMs + 500);
    scene.commit();
    const change = { before: 'undefined', after: 'stop', startMs: scene.startMs + 5 * minuteMs };
    t.match(await ask('recompute', { ...again, dryRun: true }), {
      changedMinutes: 2,
      isDryRun: true,
      changes: [change],
    });
    t.match(await ask('recompute', again), { changedMinutes: 2, changes: [change] });
    t.match(await ask('recompute', again), { changedMinutes: 0 });
    t.same(scene.desk.told, told);
    t.match((await scene.phases()).slice(0, 3), ['0-5 combustion', '5-7 stop', '7-10 combustion']);
  },
);

t.test('what is not kept any more is not computed again, and that is said', async (t) => {
  const scene = new BoilerScene(t);
  const ask = commandsOf(t, scene);
  await scene.pass(3, burning);
  const { fromMs, notes } = await ask('recompute', { from: '60d' });
  t.equal(fromMs, scene.startMs + 60 * minuteMs - 35 * 1_440 * minuteMs + 30 * minuteMs);
  t.match(notes, [/not closed/, /not kept/]);
  await t.rejects(ask('recompute', { from: '1h', to: '2h' }), GatewayError);
});

t.test('where one input is kept for longer than another, what is older is not computed again', async (t) => {
  const scene = new BoilerScene(t);
  const ask = commandsOf(t, scene);
  const dayMs = 1_440 * minuteMs;
  const keptMs = scene.startMs + 60 * minuteMs - 35 * dayMs;
  for (let minute = -5 * 1_440; minute < 60; minute += 1) {
    const said = minute < 0 ? { water: 65, flue: 120 } : burning;
    if (minute < -4 * 1_440 || minute >= -60) scene.say(said, keptMs + minute * minuteMs);
  }
  scene.commit();
  await scene.pass(3, burning);
  const { fromMs } = await ask('recompute', { from: '60d' });
  t.equal(fromMs, keptMs + 30 * minuteMs);
});

t.test('history that was imported is computed again from its beginning', async (t) => {
  const scene = new BoilerScene(t);
  const ask = commandsOf(t, scene);
  await scene.pass(3, burning);
  const importedMs = scene.startMs - 100 * 1_440 * minuteMs;
  for (let minute = 0; minute < 10; minute += 1) scene.say(out, importedMs + minute * minuteMs);
  scene.commit();
  t.match(await ask('recompute', { from: '200d' }), { fromMs: importedMs, changedMinutes: 10 });
});
