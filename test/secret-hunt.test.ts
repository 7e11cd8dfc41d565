import t from 'tap';
import { huntSecrets } from './secret-hunt.ts';

t.setTimeout(300_000);

t.test('a gateway that was told many secrets keeps them, though servers repeat them', async (t) => {
  const { secrets, hits, openFiles, openRoutes, routes, received } = await huntSecrets();
  t.ok(secrets >= 12, `${secrets} secrets`);
  t.ok(routes >= 30, `${routes} routes`);
  t.ok(received >= 4, `${received} requests at the server that repeats all`);
  t.same(hits, []);
  t.same(openFiles, []);
  t.same(openRoutes, []);
});
