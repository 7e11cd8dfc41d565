import t from 'tap';
import { until, type SceneSettings } from './bot-scene.ts';
import { openCounted as open } from './counted-commands.ts';

const refusals: readonly (readonly [string, SceneSettings, RegExp])[] = [
  ['a token that REST refuses', { token: 'MTE1.other.token' }, /refuses the bot’s token/],
  [
    'a token that the gateway refuses',
    { prepare: (server) => (server.gateway.closesWith = 4004) },
    /refuses the bot’s token/,
  ],
  [
    'intents that are not allowed',
    { prepare: (server) => (server.gateway.closesWith = 4014) },
    /does not let the bot in: .*\(4014\)/,
  ],
];
for (const [what, settings, message] of refusals)
  await t.test(`${what}: it stops, and knocks no more`, async (t) => {
    const { scene, server } = await open(t, settings);
    await until('it is refused', () => scene.bot.state === 'refused');
    t.match(scene.bot.trouble()?.message, message);
    const knocks = [server.requests.length, server.gateway.connections];
    for (let round = 0; round < 50; round += 1) await scene.bot.watch();
    t.strictSame([server.requests.length, server.gateway.connections], knocks);
    await t.rejects(scene.bot.ask({ does: 'look' }, 100), { code: 'notifier_unavailable' });
  });

await t.test(
  'without its guild, or the right to commands, it says so and comes when it is invited',
  async (t) => {
    const { scene, server } = await open(t, { prepare: ({ rest }) => (rest.isOnGuild = false) });
    await until('it is connected', () => scene.bot.state === 'ready' && scene.bot.isRegistered === false);
    t.match(scene.bot.trouble()?.message, /not on the server \(guild\) 114/);
    server.invite();
    await scene.ready();
    t.equal(scene.bot.trouble(), undefined);
    server.removeFromGuild();
    await until('it notices', () => scene.bot.trouble() !== undefined);
    t.match(scene.bot.trouble()?.hint, /invite the bot again/);
  },
);

await t.test('commands are registered once, and again when they differ', async (t) => {
  const { scene, server } = await open(t);
  await scene.ready();
  t.equal(server.rest.registrations, 1);
  server.gateway.invalidate(false);
  await until('it identified again', () => server.gateway.identifies === 2 && scene.bot.state === 'ready');
  await scene.ready();
  t.equal(server.rest.registrations, 1, 'they are as they should be');
  server.rest.commands = server.rest.commands.slice(1);
  server.gateway.invalidate(false);
  await until('they are there again', () => server.rest.commands.length === 11);
  t.equal(server.rest.registrations, 2);
});
