import t from 'tap';
import { until } from './bot-scene.ts';
import { openCounted as open, powerOn } from './counted-commands.ts';

await t.test('a connection that ends is taken up again, and no command is lost or doubled', async (t) => {
  const { scene, server, counted } = await open(t);
  await scene.ready();
  const ends: readonly (readonly [string, () => void])[] = [
    ['reconnect', () => server.gateway.askToReconnect()],
    ['invalid, resumable', () => server.gateway.invalidate(true)],
    ['cut', () => server.gateway.drop()],
    ['4000', () => server.gateway.close(4000)],
    ['4009', () => server.gateway.close(4009)],
    ['zombie', () => (server.gateway.isDeaf = true)],
  ];
  for (const [index, [what, end]] of ends.entries()) {
    const resumes = server.gateway.resumes;
    end();
    await until('it resumes', () => server.gateway.resumes > resumes);
    server.gateway.isDeaf = false;
    await scene.ask(powerOn);
    t.equal(counted.runs, index + 1, what);
  }
  server.gateway.drop();
  const missed = server.give(powerOn);
  t.equal((await scene.answerTo(missed)).type, 5, 'what was asked meanwhile is answered');
  server.gateway.invalidate(false);
  await until('it begins anew', () => server.gateway.identifies === 2 && scene.bot.state === 'ready');
  await scene.ask(powerOn);
  t.equal(counted.runs, ends.length + 2);
});

await t.test('Discord is away for long: it says so, and comes back', async (t) => {
  const { scene, server } = await open(t);
  await scene.ready();
  await server.close();
  await until('it is told', () => scene.bot.state === 'away' && scene.bot.trouble() !== undefined);
  t.match(scene.bot.trouble(), { message: /not connected to Discord/, hint: /tried again by itself/ });
  await server.listen();
  await scene.ready();
  t.equal(scene.bot.trouble(), undefined);
  t.match(await scene.ask(powerOn), { type: 5 });
});

await t.test('a thread that ends is replaced', async (t) => {
  const { scene } = await open(t);
  await scene.ready();
  const { worker } = scene;
  await worker?.terminate();
  await until('another one runs', () => scene.worker !== worker);
  await scene.ready();
  t.match(await scene.ask(powerOn), { type: 5 });
});
