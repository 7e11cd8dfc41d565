import t from 'tap';
import type { RestResponse } from '../../../gateway/faces/rest/rest-server.ts';
import { createStubGateway } from '../stub-gateway.ts';

const linkIn = (response: RestResponse): string | undefined =>
  /^<([^>]+)>; rel="next"$/.exec(String(response.headers['link']))?.[1];

t.test('links lead through all pages of a list, and part no lines of one instant', async (t) => {
  const gateway = await createStubGateway();
  t.teardown(() => gateway.rest.close());
  const headers = { authorization: `Bearer ${await gateway.token(['admin'])}` };
  for (let line = 0; line < 23; line += 1) {
    gateway.store.audit.push({
      atMs: 1_000 + Math.floor(line / 3),
      principal: 'local',
      action: `line ${line}`,
      outcome: 'ok',
      detail: '',
    });
  }
  const seen: string[] = [];
  let pages = 0;
  for (let url: string | undefined = '/api/v1/audit?limit=4'; url !== undefined; pages += 1) {
    const response: RestResponse = await gateway.rest.inject({ url, headers });
    t.equal(response.statusCode, 200, url);
    const { lines, next } = response.json<{ lines: { action: string }[]; next: number | null }>();
    seen.push(...lines.map(({ action }) => action));
    url = linkIn(response);
    t.equal(url === undefined, next === null, 'the property says the same');
  }
  t.same(seen, gateway.store.audit.map(({ action }) => action).toReversed());
  t.ok(pages > 3, `${pages} pages`);
});

t.test('the next page of a history is of the same range and resolution', async (t) => {
  const gateway = await createStubGateway();
  t.teardown(() => gateway.rest.close());
  const headers = { authorization: `Bearer ${await gateway.token(['read'])}` };
  const url = '/api/v1/readings?device=inverter&quantity=grid_power_w&from=10m&limit=2';
  const first = await gateway.rest.inject({ url, headers });
  const { toMs, resolution, next } = first.json<{ toMs: number; resolution: string; next: number }>();
  const link = new URL(linkIn(first) ?? '', 'http://x');
  t.equal(link.pathname, '/api/v1/readings');
  t.same(Object.fromEntries(link.searchParams), {
    device: 'inverter',
    quantity: 'grid_power_w',
    from: String(next),
    limit: '2',
    to: String(toMs),
    resolution,
  });
  gateway.time.pass(60_000);
  const second = await gateway.rest.inject({ url: link.pathname + link.search, headers });
  t.match(second.json(), { fromMs: next, toMs, resolution });
  const whole = await gateway.rest.inject({ url: url.replace('limit=2', 'limit=3'), headers });
  t.equal(whole.headers['link'], undefined);
});
