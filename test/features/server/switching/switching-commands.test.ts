import t from 'tap';
import { languages, type AlertWords } from '../../../../gateway/core/alert.ts';
import { gsmSeptets } from '../../../../gateway/core/gsm-septets.ts';
import { createSchemaChecks } from '../../../../gateway/faces/commands/schema-check.ts';
import type { CommandCall } from '../../../../gateway/features/command.ts';
import {
  bindSwitchingCommands,
  switchingCommands,
} from '../../../../gateway/features/server/switching-commands.ts';
import { switchingNotes } from '../../../../gateway/features/server/switching/switching-troubles.ts';
import { serverRules } from '../../../../gateway/features/server/switching/switching-rules.ts';
import { settings, SwitchingScene } from './switching-scene.ts';

const call: CommandCall = {
  principal: { kind: 'local', id: 'local', scopes: new Set() },
  signal: new AbortController().signal,
  origin: 'local',
};

async function run(scene: SwitchingScene | undefined, id: string, input: object = {}): Promise<unknown> {
  const bound = bindSwitchingCommands({ switching: scene?.switching });
  const answer = await bound.find(({ definition }) => definition.id === id)?.run(input, call);
  const output = switchingCommands.find((one) => one.id === id)?.output;
  if (output !== undefined)
    t.doesNotThrow(() => {
      createSchemaChecks()(output)(answer);
    }, `${id} answers as it says`);
  return answer;
}

t.test('the server says where it stands and why', async (t) => {
  const scene = new SwitchingScene(t, {
    ...{ from: '2026-01-12 21:50', colours: '01-12 white 01-13 red 01-14 blue', ups: 'ups' },
  });
  scene.ups = { onBattery: false, runtimeS: 1_200 };
  scene.derogate('2026-01-14 08:00', '2026-01-14 10:00');
  await scene.pass(5);
  t.match(await run(scene, 'server.status'), {
    ...{ name: 'tower', position: 'on', seenBy: 'plug', powerW: 85, wanted: 'on', reason: 'not-red' },
    ...{ why: '2026-01-12 is white (rte)', nextPosition: 'off', isNextCertain: true, lastOrder: null },
    nextWhy: '2026-01-13 is red (rte), and the night before it is spared too',
    days: [
      { day: '2026-01-12', colour: 'white' },
      { day: '2026-01-13', colour: 'red' },
    ],
    ups: { source: 'ups', isOnBattery: false, runtimeS: 1_200, isHeard: true, phase: 'mains' },
  });
  await scene.until('2026-01-12 22:10');
  t.match(await run(scene, 'server.status'), {
    ...{ position: 'off', wanted: 'off', reason: 'red-tomorrow', nextPosition: 'on', problem: null },
    lastOrder: { wanted: 'off', state: 'done', reason: 'red-tomorrow', by: 'policy' },
  });
  t.match(await run(scene, 'server.on'), { wanted: 'on', cause: 'person', by: 'local', state: 'waiting' });
  const page = (await run(scene, 'server.orders', { limit: 1 })) as {
    orders: { id: number }[];
    next: number;
  };
  t.equal(page.orders.length, 1);
  t.match(await run(scene, 'server.orders', { limit: 1, before: page.next }), {
    ...{ orders: [{ wanted: 'off' }], next: null },
  });
});

t.test('where there is no server, no switch, or one that cannot, that is said', async (t) => {
  await t.rejects(run(undefined, 'server.status'), { code: 'not_found', facts: { reason: 'no-server' } });
  const scene = new SwitchingScene(t, { from: '2026-01-12 12:00', colours: '' });
  scene.positions = ['on'];
  scene.restart();
  await t.rejects(run(scene, 'server.off'), { code: 'control_refused', facts: { reason: 'switch-cannot' } });
});

t.test('health says what keeps it from being as it is wanted', async (t) => {
  const scene = new SwitchingScene(t, { from: '2026-01-12 21:58', colours: '01-12 white' });
  t.same(switchingNotes(scene.switching), []);
  await scene.pass(5);
  t.match(switchingNotes(scene.switching), [
    {
      subject: 'server:colour',
      message: 'the colour of 2026-01-13 is not known, red by 40 %: the server stays on',
    },
  ]);
  scene.known.set('2026-01-13', 'red');
  scene.failing.add('addServerOrder');
  await scene.pass(1);
  t.match(switchingNotes(scene.switching), [
    { subject: 'server:written', message: /cannot be written down/ },
  ]);
  scene.failing.clear();
  scene.machine.deafFor = 9;
  await scene.pass(40);
  t.match(switchingNotes(scene.switching), [{ subject: 'server:order', message: /told 3 times to be off/ }]);
});

t.test(
  'the words of its alerts have no place that nothing fills, and their short form is one SMS',
  async (t) => {
    const scene = new SwitchingScene(t, { from: '2026-01-12 21:58', colours: '01-12 white' });
    await scene.pass(5);
    const facts = {
      ...scene.observed.at(-1)?.facts,
      ...{
        site: 'a home of thirty characters ok',
        time: '13 Feb 06:40',
        subject: 'server',
        server: 'the tower of all',
      },
    };
    const names: readonly (keyof AlertWords)[] = [
      ...(['title', 'text', 'short', 'recoveredTitle', 'recoveredText', 'recoveredShort'] as const),
    ];
    const rules = serverRules({ ...settings, ups: 'ups' }, true);
    t.same(
      rules.map(({ id, isEnabled }) => [id, isEnabled]),
      ['server-colour-unknown', 'server-not-switched', 'server-ups'].map((id) => [id, true]),
    );
    for (const { id, words } of rules)
      for (const language of languages)
        for (const name of names) {
          const text = words[language][name].replaceAll(/\{(\w+)\}/g, (_, place: string) => {
            t.ok(place in facts, `${id} ${language} ${name}: ${place}`);
            return String((facts as Readonly<Record<string, unknown>>)[place]);
          });
          if (!name.toLowerCase().includes('short')) continue;
          const length = gsmSeptets(text);
          t.ok(
            length !== undefined && length < 160,
            `${id} ${language} ${name}: ${String(length)} of ${text}`,
          );
        }
    t.equal(
      serverRules({ ...settings, policy: 'none' }, true).filter(({ isEnabled }) => isEnabled).length,
      1,
    );
    t.same(serverRules({ policy: 'seed' }, true), []);
  },
);

t.test('a switch that is configured wrongly is told as such, and where', async (t) => {
  const scene = new SwitchingScene(t, { from: '2026-01-12 21:50', colours: '01-12 white 01-13 red' });
  scene.unusable = 'switches[0].host is missing';
  scene.restart();
  await scene.pass(20);
  for (const id of ['server.on', 'server.off'])
    await t.rejects(run(scene, id), {
      code: 'control_refused',
      message: 'the server cannot be switched: its switch pve cannot be used: switches[0].host is missing',
      hint: /egw config check/,
      facts: { reason: 'switch-unusable', switch: 'pve' },
    });
  t.match(await run(scene, 'server.status'), {
    ...{ hasSwitch: false, switch: 'pve' },
    problem: 'its switch pve cannot be used: switches[0].host is missing',
  });
  t.same(scene.orders(), []);
});
