import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { guildMembersBy } from '../../../gateway/faces/discord/guild-members-by.ts';
import { people, until } from './bot-scene.ts';
import { openCounted as open, powerOn } from './counted-commands.ts';

const { ana, stranger } = people;

await t.test('a command that comes twice is done once', async (t) => {
  const { scene, server, counted } = await open(t);
  await scene.ready();
  const id = server.give(powerOn);
  server.repeat(id);
  await scene.answerTo(id);
  server.repeat(id);
  await scene.ask(powerOn);
  t.equal(counted.runs, 2);
  t.equal(server.answerTo(id)?.acknowledgements, 1);
});

await t.test('one who asks again and again is told to wait', async (t) => {
  const { scene, counted } = await open(t);
  await scene.ready();
  const answers = [];
  for (let given = 0; given < 45; given += 1) answers.push((await scene.ask(powerOn)).content);
  t.ok(counted.runs >= 30, `${counted.runs} were done: a row of commands is no abuse`);
  t.ok(counted.runs < 45, `${counted.runs} were done`);
  t.match(answers.at(-1), /^Trop souvent. Réessaie dans \d+ secondes\.$/);
});

await t.test('a flood leaves the connection as it is, and what comes after it is answered', async (t) => {
  const { scene, server } = await open(t);
  await scene.ready();
  const worker = scene.worker;
  const flood = Array.from({ length: 1_200 }, () => server.give({ command: 'get_my_state', user: stranger }));
  await until('all are answered, or given up', () => {
    const { answered, failed } = scene.answers;
    return answered + failed === flood.length;
  });
  t.match((await scene.ask(powerOn)).content, /allumer/);
  t.equal(scene.worker, worker, 'it is the same connection');
});

await t.test('nothing is done that could not be acknowledged', async (t) => {
  const { scene, server, counted } = await open(t);
  await scene.ready();
  const callback = /\/callback/;
  const unknown = { status: 404, body: '{"message":"Unknown interaction","code":10062}' };
  server.fail({ path: callback, kind: unknown, times: 1 });
  server.give(powerOn);
  await until('it failed', () => scene.answers.failed === 1);
  t.equal(counted.runs, 0, 'too late');
  server.fail({ path: callback, kind: 'hang', times: 1 });
  server.give(powerOn);
  await until('it failed', () => scene.answers.failed === 2);
  t.equal(counted.runs, 0, 'no answer within three seconds');
  server.fail({ path: callback, kind: { status: 502, body: 'bad gateway' }, times: 1 });
  t.match(await scene.ask(powerOn), { type: 5 }, 'a fault that passes is tried again');
  t.equal(counted.runs, 1);
});

await t.test('an answer waits as long as Discord says', async (t) => {
  const { scene, server, counted } = await open(t);
  await scene.ready();
  const original = /@original|%40original/;
  const limited = {
    status: 429,
    headers: { 'retry-after': '0.3', 'x-ratelimit-scope': 'user', 'content-type': 'application/json' },
    body: '{"message":"You are being rate limited.","retry_after":0.3,"global":false}',
  };
  server.fail({ path: original, kind: limited, times: 1 });
  server.fail({ path: original, kind: { status: 500, body: 'oops' }, times: 1 });
  t.match((await scene.ask(powerOn)).content, /allumer/);
  const gone = { status: 401, body: '{"message":"Invalid Webhook Token","code":50027}' };
  server.fail({ path: original, kind: gone, times: 1 });
  server.give(powerOn);
  await until('it failed', () => scene.answers.failed === 1);
  t.equal(counted.runs, 2);
  t.equal(scene.bot.state, 'ready', 'the token of an answer is not the bot’s');
});

await t.test('who is on the guild, and a message to him', async (t) => {
  const { scene, server } = await open(t);
  await scene.ready();
  const members = guildMembersBy(async (request, msMax) => await scene.bot.ask(request, msMax));
  server.rest.members.delete(stranger);
  t.equal(await members.holds(ana), 'yes');
  t.equal(await members.holds(stranger), 'no');
  t.equal(await members.holds('7'), 'unknown', 'a number of one’s own');
  await members.tell(ana, 'Bonjour @everyone !');
  const fault = { path: /messages/, kind: { status: 503, body: '' }, isAfter: true, times: 1 } as const;
  server.fail(fault);
  await members.tell(ana, 'again');
  t.strictSame(
    server.rest.directMessages,
    [
      { user: ana, content: 'Bonjour @everyone !' },
      { user: ana, content: 'again' },
    ],
    'what was taken, though it was answered with 503, is not there twice',
  );
  server.rest.closedTo.add(ana);
  await t.rejects(members.tell(ana, 'x'), { code: 'notifier_refused', facts: { kind: 'forbidden' } });
  await t.rejects(members.tell('7', 'x'), { code: 'notifier_refused' });
  server.fail({ path: /users\/@me/, kind: { status: 500, body: '' }, times: 9 });
  const failure = await members.tell(ana, 'y').catch((error: unknown) => error);
  t.match(failure, { code: 'notifier_unavailable', facts: { isUnclear: true } });
  t.ok(failure instanceof GatewayError);
  await scene.bot.stop();
  t.equal(await members.holds(ana), 'unknown');
  await t.rejects(members.tell(ana, 'x'), { code: 'notifier_unavailable', facts: {} });
});
