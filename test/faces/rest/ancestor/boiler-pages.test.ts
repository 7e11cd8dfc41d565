import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { boilerPages } from '../../../../gateway/faces/rest/ancestor/boiler-pages.ts';
import { wishOf } from '../../../../gateway/faces/web/page/boiler-wish.ts';
import { createStubGateway } from '../../stub-gateway.ts';

t.test('every page leads to the view that shows it now, open to everybody', async (t) => {
  const { rest } = await createStubGateway();
  t.teardown(async () => await rest.close());
  const table: readonly (readonly [string, string])[] = [
    ['/charts', '/#/boiler?kiosk&hours=4'],
    ['/charts/', '/#/boiler?kiosk&hours=4'],
    ['/charts/12', '/#/boiler?kiosk&hours=12'],
    ['/charts/now', '/#/boiler?hours=1'],
    ['/charts/now/6', '/#/boiler?hours=6'],
    ['/now/73', '/#/boiler?hours=72'],
    ['/now/0', '/#/boiler?hours=1'],
    ['/now/99999', '/#/boiler?hours=72'],
    ['/now/-1', '/#/boiler?hours=1'],
    ['/now/%0d%0aset-cookie:x', '/#/boiler?hours=1'],
    ['/charts/raw', '/#/boiler?hours=1'],
    ['/charts/raw/2', '/#/boiler?hours=2'],
    ['/debug/now', '/#/boiler?hours=1'],
    ['/debug/now/3', '/#/boiler?hours=3'],
    ['/charts/history/2019/1/31/0/0/24', '/#/boiler?day=2019-01-31'],
    ['/charts/history/2019/2/30/0/0/24', '/#/boiler'],
    ['/charts/history/2019/01/31%22/0/0/24', '/#/boiler'],
    ['/charts/history_form', '/#/boiler'],
    ['/admin', '/#/engine'],
    ['/admin/', '/#/engine'],
    ['/admin/config', '/#/boiler'],
    ['/admin/log', '/#/engine'],
  ];
  for (const [url, wanted] of table) {
    for (const method of ['GET', 'HEAD'] as const) {
      const { statusCode, headers } = await rest.inject({ method, url });
      t.equal(statusCode, 302, url);
      t.equal(headers.location, wanted, url);
      t.equal(headers['cache-control'], 'no-cache');
    }
  }
});

t.test('the view understands where they lead to', (t) => {
  t.match(wishOf('#/boiler?kiosk&hours=12'), { isKiosk: true, hours: 12 });
  t.match(wishOf('#/boiler?hours=72'), { isKiosk: false, hours: 72 });
  t.match(wishOf('#/boiler?day=2019-01-31'), { day: '2019-01-31' });
  t.end();
});

t.test('the form of a day leads to it, and to nothing else', async (t) => {
  const { rest } = await createStubGateway();
  t.teardown(async () => await rest.close());
  const post = async (payload: string, type = 'application/x-www-form-urlencoded') =>
    await rest.inject({
      method: 'POST',
      url: '/charts/history_form',
      headers: { 'content-type': type },
      payload,
    });
  const table: readonly (readonly [string, string])[] = [
    ['date=2019-01-31', '/#/boiler?day=2019-01-31'],
    ['date=2019-02-30', '/#/boiler'],
    ['date=//evil.example', '/#/boiler'],
    ['date=2019-01-31%0d%0aset-cookie:a', '/#/boiler'],
    ['day=2019-01-31', '/#/boiler'],
    ['', '/#/boiler'],
  ];
  for (const [payload, wanted] of table) {
    const { statusCode, headers } = await post(payload);
    t.equal(statusCode, 303, payload);
    t.equal(headers.location, wanted, payload);
  }
  t.equal((await post(`date=${'9'.repeat(2_000)}`)).statusCode, 413);
  t.equal((await post('date=2019-01-31', 'text/plain')).statusCode, 415);
  t.equal(
    (await post('{"date":"2019-01-31"}', 'application/json')).headers.location,
    '/#/boiler?day=2019-01-31',
  );
  const elsewhere = await rest.inject({
    method: 'POST',
    url: '/api/v1/pairing',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'a=b',
  });
  t.not(elsewhere.statusCode, 303, 'forms are taken nowhere else');
});

t.test('they are described, named on the page about them, and off where these paths are', async (t) => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/compatibility.md'), 'utf8');
  for (const isServed of [true, false]) {
    const gateway = await createStubGateway([], undefined, undefined, isServed);
    t.teardown(async () => await gateway.rest.close());
    const headers = { authorization: `Bearer ${await gateway.token(['read'])}` };
    const { paths } = (await gateway.rest.inject({ url: '/api/openapi.json', headers })).json<{
      readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: object }>>>>;
    }>();
    for (const { path } of boilerPages) {
      const shown = path.replaceAll(/:([a-z]+)/g, '{$1}');
      t.equal(paths[shown]?.['get'] !== undefined, isServed, shown);
      t.ok(page.includes(`\`${shown}\``), shown);
      const { statusCode } = await gateway.rest.inject({ url: path.replaceAll(/:[a-z]+/g, '1') });
      t.equal(statusCode, isServed ? 302 : 404, shown);
    }
  }
});
