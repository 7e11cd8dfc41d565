import t, { type Test } from 'tap';
import type { BoundCommand } from '../../../gateway/features/command.ts';
import { bindCostSharingCommands } from '../../../gateway/features/members/cost-sharing-commands.ts';
import { bindDerogationCommands } from '../../../gateway/features/members/derogation-commands.ts';
import { bindMemberCommands } from '../../../gateway/features/members/member-commands.ts';
import type { GivenCommand } from '../../../modbus-sim/services/discord-server.ts';
import { MembersScene } from '../../features/members/members-scene.ts';
import { BotScene, people } from './bot-scene.ts';

const { first, ana, bob, stranger } = people;

function commandsOf(scene: MembersScene): readonly BoundCommand[] {
  return [
    ...bindMemberCommands({ members: scene.members }),
    ...bindDerogationCommands({ derogations: scene.desk }),
    ...bindCostSharingCommands({ members: scene.ports(), statements: scene.statements }),
  ];
}

/** Monday 12 January 2026, noon; the day after is red. */
async function open(t: Test): Promise<{
  readonly members: MembersScene;
  readonly say: (command: string, of: Omit<GivenCommand, 'command'>) => Promise<string>;
  readonly scene: BotScene;
}> {
  const members = new MembersScene(t, { firstAdmin: first });
  members.goTo('2026-01-12 12:00');
  members.tempo.say('2026-01-12', 'blue');
  members.tempo.say('2026-01-13', 'red');
  const scene = await BotScene.open(t, () => commandsOf(members));
  await scene.ready();
  const say = async (command: string, of: Omit<GivenCommand, 'command'>): Promise<string> => {
    const { content, isEphemeral, type } = await scene.ask({ command, users: ['user_id'], ...of });
    t.equal(type, 5, 'it is said at once that it is being worked on');
    t.equal(isEphemeral, !(command === 'get_total_state' && content?.includes('kWh') === true), command);
    return (content ?? '').replaceAll(/[\u00a0\u202f]/g, ' ');
  };
  return { members, scene, say };
}

await t.test('members come, go, and keep the server on, each as far as he may', async (t) => {
  const { members, say, scene } = await open(t);

  t.match(await say('get_my_state', { user: ana }), /Tu n’es pas membre/, 'a stranger');
  t.strictSame(scene.audited, [`member:${ana} stats.show forbidden`]);
  t.match(await say('hello_you', { user: ana, options: { user_id: ana } }), /pas membre/);
  const welcome = { user_id: ana, arrival_date: '2026-01-02' };
  t.equal(
    await say('hello_you', { user: first, options: welcome }),
    `Bienvenue, <@${ana}> ! Présent depuis le vendredi 2 janvier 2026.`,
    'the first admin is one without being a member',
  );
  t.match(
    await say('hello_you', { user: first, options: { user_id: ana } }),
    /Déjà présent depuis le vendredi 2/,
  );
  t.match(await say('hello_you', { user: ana, options: { user_id: bob } }), /Seul un administrateur/);
  t.match(
    await say('hello_you', {
      user: first,
      options: { user_id: bob, arrival_date: '2026-02-01' },
      locale: 'en-US',
    }),
    /^Sunday,? 1 February 2026 is in the future/,
  );
  t.match(
    await say('hello_you', {
      user: first,
      options: { user_id: bob, arrival_date: '2/1/26' },
      locale: 'en-GB',
    }),
    /is no date\. Write it as YYYY-MM-DD/,
  );
  t.match(await say('hello_you', { user: first, options: { user_id: bob } }), /lundi 12 janvier 2026/);
  t.equal((await members.members.show(bob)).name, `name-${bob}`);

  t.match(await say('op', { user: ana, options: { user_id: ana } }), /Seul un administrateur/);
  t.match(await say('op', { user: first, options: { user_id: ana } }), /maintenant administrateur/);
  const moved = { which: 'arrival', date: '2026-01-05', user_id: bob };
  t.equal(
    await say('change_date', { user: ana, options: moved, locale: 'en-US' }),
    `<@${bob}> arrived on Monday, 5 January 2026.`,
    'an admin who was made one',
  );
  t.match(await say('deop', { user: ana, options: { user_id: first } }), /premier administrateur/);
  t.match(await say('deop', { user: first, options: { user_id: ana } }), /n’est plus administrateur/);

  t.match(
    await say('set_derogation', { user: ana, options: { day: 'today' } }),
    /lundi 12 janvier 2026 est bleu/,
  );
  t.match(
    await say('set_derogation', { user: ana, options: { day: 'tomorrow', hour_start: '25' } }),
    /« 25 » n’est pas une heure/,
  );
  t.equal(
    await say('set_derogation', { user: ana, options: { day: 'tomorrow' } }),
    'Dérogation 1 : le serveur reste allumé de mar. 13 janv., 06:00 à mar. 13 janv., 18:00.',
  );
  t.match(await say('set_derogation', { user: ana, options: { day: 'tomorrow' } }), /déjà la dérogation 1/);
  t.match(await say('remove_derogation', { user: bob, options: { id: 1 }, locale: 'en-US' }), /is not yours/);
  t.match(await say('remove_derogation', { user: bob, options: { id: 7 } }), /pas de dérogation 7/);
  t.match(await say('get_my_current_derogations', { user: ana }), /• 1: mar\. 13 janv\., 06:00 → mar\. 13/);
  t.equal(await say('get_my_current_derogations', { user: bob }), 'Tu n’as pas de dérogation.');
  members.goTo('2026-01-12 21:46');
  t.match(
    await say('remove_derogation', { user: ana, options: { id: 1 } }),
    /Trop tard : .*lun\. 12 janv\., 21:45/,
  );
  t.match(await say('remove_derogation', { user: first, options: { id: 1 } }), /est retirée/, 'an admin may');

  t.match(await say('bye_bye', { user: bob, options: { user_id: ana } }), /que pour toi/);
  t.match(
    await say('bye_bye', { user: bob }),
    /^Au revoir, <@.*> À partir du lundi 12 janvier 2026|^Au revoir/,
  );
  t.match(await say('bye_bye', { user: first, options: { user_id: ana } }), /^Au revoir/);
  t.notOk((await members.members.show(ana)).isPresent);
  for (const command of ['get_my_state', 'set_derogation', 'bye_bye'])
    t.match(await say(command, { user: ana }), /Tu as quitté le serveur/, command);
  t.match(await say('get_total_state', { user: ana, locale: 'en-US' }), /^You have left the server/);
  t.match(await say('hello_you', { user: first, options: { user_id: ana } }), /^Bienvenue/);
  t.match(await say('get_my_state', { user: ana }), /kWh/, 'back again');
  t.ok(
    members.audit.some((line) => line.startsWith(`member:${first} `)),
    'who did it is written down',
  );
});

await t.test('what was used and what it costs is said in the language of who asks', async (t) => {
  const { members, say } = await open(t);
  await members.members.add(
    { id: ana, arrival: '2026-01-01' },
    { kind: 'local', id: 'local', scopes: new Set(['admin']) },
  );
  members.count('2026-01-11', 'peak', 1_234_567);
  members.count('2026-01-12', 'off-peak', 2_000_000);
  const yesterday = { user: ana, options: { period: 'yesterday' } };
  t.equal(await say('get_my_state', yesterday), '**Hier** : 1,235 kWh, 0,25 €');
  t.equal(await say('get_my_state', { ...yesterday, locale: 'en-GB' }), '**Yesterday**: 1.235 kWh, €0.25');
  t.equal(
    await say('get_total_state', { ...yesterday, locale: 'de', guildLocale: 'en-US' }),
    '**Yesterday**: 1.235 kWh, €0.25',
  );
  const all = await say('get_total_state', { user: ana });
  t.strictSame(
    all.split('\n').map((line) => line.replace(/\*\*(.*)\*\*.*/, '$1')),
    ['Depuis le début', 'Cette année', 'Ce mois', 'Cette semaine', 'Hier', 'Aujourd’hui'],
  );
  const derogations = { user: ana, options: { period: 'derogations_year' } };
  t.equal(await say('get_my_state', derogations), '**Dérogations de cette année** : 0 dérogation');
});

await t.test('it answers on its own guild alone', async (t) => {
  const { say } = await open(t);
  t.match(
    await say('op', { user: first, options: { user_id: first }, guild: '114000000000000077' }),
    /autre serveur/,
  );
  t.match(
    await say('op', { user: first, options: { user_id: first }, guild: null, locale: 'en-US' }),
    /direct messages/,
  );
  t.match(await say('format_disk', { user: first }), /Je ne connais pas/);
  t.match(await say('constructor', { user: first }), /Je ne connais pas/);
  t.match(await say('power_on', { user: first }), /Je ne connais pas/, 'what the gateway does not have');
  t.match(await say('get_total_state', { user: stranger }), /pas membre/, 'a refusal is for who asked alone');
});
