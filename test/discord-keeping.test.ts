import t from 'tap';
import { silentLogger } from '../gateway/core/logger.ts';
import { seededRandom } from '../gateway/core/random.ts';
import { createDiscordKeeping } from '../gateway/discord-keeping.ts';
import { createDispatcher } from '../gateway/faces/commands/dispatcher.ts';
import { bindMemberCommands } from '../gateway/features/members/member-commands.ts';
import { Timekeeper } from '../gateway/features/timekeeping/timekeeper.ts';
import { createRealAlarm } from '../gateway/system/real-alarm.ts';
import { realClock } from '../gateway/system/real-clock.ts';
import { createRealMachineClock } from '../gateway/system/real-machine-clock.ts';
import { DiscordServer } from '../modbus-sim/services/discord-server.ts';
import { until } from './faces/discord/bot-scene.ts';
import { MembersScene } from './features/members/members-scene.ts';

const [token, guild, user] = ['MTE1.Gx0.a-token', '114000000000000000', '800000000000000001'];

t.test('a gateway that stops does not wait for a Discord that answers nothing', async (t) => {
  const server = await DiscordServer.start({ token, guild, nowMs: () => realClock.wall() });
  t.teardown(async () => await server.close());
  const { members } = new MembersScene(t, { firstAdmin: user });
  const clock = new Timekeeper(createRealMachineClock(realClock));
  const logger = silentLogger;
  const features = { discord: { token, guild, apiUrl: server.apiUrl }, members: { firstAdmin: user } };
  const audit = { call: () => Promise.resolve(undefined as never) };
  const dispatcher = createDispatcher(bindMemberCommands({ members }), { audit, clock, logger });
  const alarm = createRealAlarm(realClock);
  const keeping = createDiscordKeeping(
    { config: { features }, clock, alarm, random: seededRandom(1), logger },
    { dispatcher: () => dispatcher },
  );
  const [watch] = keeping.tasks;
  await watch?.run({ signal: new AbortController().signal } as Parameters<typeof watch.run>[0]);
  await until('its commands are there', () => server.rest.registrations === 1);
  server.fail({ path: /webhooks/, kind: 'hang', times: 9 });
  const asked = server.requests.length;
  server.give({ user, command: 'op', options: { user_id: user } });
  await until('the answer is on its way', () =>
    server.requests.slice(asked).some((one) => /webhooks/.test(one)),
  );
  let isStopped = false;
  void keeping.stop().then(() => (isStopped = true));
  const endMs = realClock.monotonic() + 4_000;
  await until('it stopped', () => isStopped || realClock.monotonic() > endMs);
  t.ok(isStopped, 'before the gateway is ended by force');
});
