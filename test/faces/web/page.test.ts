import type { Locator, Page } from 'playwright-core';
import { eventually, eventuallyReads } from './eventually.ts';
import { inBrowser } from './in-browser.ts';
import { sunny, values } from './live-values.ts';
import { visit } from './page-visit.ts';
import { StubGateway } from './stub-gateway.ts';

const part = (page: Page, name: string): Locator => page.locator(`.node[data-part=${name}]`);
const live = (page: Page): Locator => page.locator('#connection[data-state=live]');
const drawn = (page: Page): Locator => page.locator('#charts[data-points]:not([data-points="0"])');

inBrowser(
  'without a token the page asks for the code, tells what is wrong, and pairs',
  async (t, browser) => {
    const { gateway, page, faults } = await visit(t, browser, { isPaired: false });
    const code = gateway.pairing.openUntilUsed();
    const alert = page.getByRole('alert');
    await page.getByLabel('Pairing code').fill('0000-0000-0000-0000');
    await page.getByRole('button', { name: 'Pair' }).click();
    await alert.getByText('That is not the code').waitFor();
    await page.getByLabel('Pairing code').fill(code.toLowerCase().replaceAll('-', ''));
    await page.keyboard.press('Enter');
    await live(page).waitFor();
    t.equal(await page.locator('#pairing').isVisible(), false);
    t.equal(gateway.tokens.list().length, 1);
    t.match(gateway.tokens.list()[0]?.label, /^page in Chrome on /);

    await page.reload();
    await live(page).waitFor();
    const removed = page.waitForResponse((response) => response.request().method() === 'DELETE');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    t.equal((await removed).status(), 200);
    t.equal(gateway.tokens.list().length, 0, 'the gateway forgot the token too');
    await page.reload();
    await page.getByLabel('Pairing code').waitFor();
    t.same(faults, []);
  },
);

inBrowser('the code of a link is filled in and leaves the address bar', async (t, browser) => {
  const gateway = new StubGateway();
  const code = gateway.pairing.openUntilUsed();
  const { page } = await visit(t, browser, { gateway, isPaired: false, path: `/#pair=${code}` });
  await page.getByLabel('Pairing code').waitFor();
  await eventually(t, () => page.getByLabel('Pairing code').inputValue(), code);
  await page.waitForURL(`${gateway.url}/`);
  await page.keyboard.press('Enter');
  await live(page).waitFor();
  t.pass('paired with one key');
});

inBrowser('a closed window and too many tries are told, the latter with the seconds', async (t, browser) => {
  const { gateway, page } = await visit(t, browser, { isPaired: false });
  const alert = page.getByRole('alert');
  const tryCode = async (): Promise<void> => {
    await page.getByLabel('Pairing code').fill('1111-1111-1111-1111');
    const answer = page.waitForResponse('**/api/v1/pair');
    await page.getByRole('button', { name: 'Pair' }).click();
    await answer;
  };
  await tryCode();
  await alert.getByText('egw pairing open').waitFor();
  gateway.pairing.openWindow();
  for (let tries = 0; tries < 6; tries += 1) await tryCode();
  await alert.getByText('Too many wrong codes').waitFor();
  await page.getByRole('button', { name: /Try again in \d+ s/, disabled: true }).waitFor();
  t.pass('and nobody can try meanwhile');
});

inBrowser('a token that is not valid any more leads back to pairing', async (t, browser) => {
  const gateway = new StubGateway();
  const { page } = await visit(t, browser, { gateway });
  await live(page).waitFor();
  for (const { id } of gateway.tokens.list()) await gateway.tokens.remove(id);
  await page.reload();
  await page.getByText('no longer knows this browser').waitFor();
  await page.getByLabel('Pairing code').waitFor();
  t.equal(await page.locator('#home').isVisible(), false);
});

inBrowser('the skeleton stands before any data have come', async (t, browser) => {
  const gateway = new StubGateway();
  const { page } = await visit(t, browser, { gateway });
  await page.route('**/api/**', () => undefined);
  await page.reload();
  await page.getByText('Connecting…').waitFor();
  for (const name of ['Now', 'Today', 'History']) await page.getByRole('heading', { name }).waitFor();
  await page.getByRole('navigation', { name: 'Views' }).waitFor();
  await page.getByRole('main').waitFor();
  t.pass('shown');
});

inBrowser('values change on the screen as they are read, without a request', async (t, browser) => {
  const { gateway, page, faults } = await visit(t, browser);
  await live(page).waitFor();
  await drawn(page).waitFor();
  // What was asked for before, the stream of events, stays open.
  await page.route('**/api/**', (route) => route.abort());
  gateway.publish(...values(sunny));
  await part(page, 'sun').getByText('4.50').waitFor();
  await part(page, 'house').getByText('1.60').waitFor();
  await part(page, 'battery').getByText('charging').waitFor();
  await part(page, 'battery').getByText('61').waitFor();
  await part(page, 'grid').getByText('exporting').waitFor();
  const way = async (name: string, direction: string): Promise<void> =>
    await page.locator(`.spoke.${name}[data-way=${direction}]`).waitFor({ state: 'attached' });
  await way('grid', 'out');
  gateway.publish(...values({ 'meter/grid_power_w': 700, 'inverter-1/battery_power_w': 0 }));
  await part(page, 'house').getByText('5.20').waitFor();
  await part(page, 'grid').getByText('importing').waitFor();
  await way('grid', 'in');
  await way('battery', 'still');
  t.same(faults, []);
});

inBrowser('an old value is marked, and a missing one is a dash and never 0', async (t, browser) => {
  const { gateway, page } = await visit(t, browser);
  await live(page).waitFor();
  gateway.publish(...values(sunny));
  await part(page, 'sun').getByText('4.50').waitFor();
  gateway.publish(...values({ 'inverter-2/pv_power_w': 1_500 }, 60_000));
  await page.locator('.node.sun[data-mark=stale]').waitFor();
  await page.getByText('Sun: the value of Carport is old').waitFor();
  await eventually(t, () => part(page, 'sun').textContent(), /4\.50/, 'it is still shown');
  gateway.publish(...values({ 'inverter-2/pv_power_w': null }));
  await page.locator('.node.sun[data-mark=missing]').waitFor();
  for (const name of ['sun', 'house']) {
    await eventually(t, () => part(page, name).locator('.power').textContent(), '–', name);
  }
});

inBrowser('what a device never had is no missing part of the home', async (t, browser) => {
  const gateway = new StubGateway();
  gateway.store.neverRead.add('inverter-1/battery_power_w').add('inverter-1/battery_soc_pct');
  gateway.publish(
    ...values({ ...sunny, 'inverter-1/battery_power_w': null, 'inverter-1/battery_soc_pct': null }),
  );
  const { page } = await visit(t, browser, { gateway });
  await page.locator('.node.battery[data-mark=absent]').waitFor({ state: 'hidden' });
  await part(page, 'house').getByText('3.60').waitFor();
  gateway.publish(...values({ 'inverter-1/battery_power_w': -100 }));
  await part(page, 'battery').getByText('100').waitFor();
  t.pass('one that was fitted today shows as soon as it says something');
});

inBrowser('a young gateway begins with the hour, and with what was read since', async (t, browser) => {
  const gateway = new StubGateway();
  gateway.store.oldestMs = Date.now() - 5 * 60_000;
  const { page } = await visit(t, browser, { gateway });
  await page.locator('#charts[data-resolution=raw]').waitFor();
  await page.locator('#today').getByText('since').waitFor();
  await page.getByRole('button', { name: 'The last 24 hours' }).click();
  await page.locator('#charts[data-resolution="1m"]').waitFor();
  t.pass('and leaves the choice to the user');
});

inBrowser(
  'a device that goes down shows in the list, in the picture and in the health lines',
  async (t, browser) => {
    const { gateway, page, faults } = await visit(t, browser);
    await live(page).waitFor();
    gateway.publish(...values(sunny));
    await page.locator('.node.grid[data-mark=good]').waitFor();
    gateway.home.lines.push({
      subject: 'device:meter',
      status: 'degraded',
      message: 'device meter at 192.168.1.22:502/1 is down: no answer',
      hint: 'check its power',
      sinceMs: Date.now() - 60_000,
    });
    gateway.setDevice('meter', 'down', 'device_timeout');
    await page.locator('.node.grid[data-mark=stale]').waitFor();
    await page.getByRole('region', { name: 'Health' }).getByText('is down: no answer').waitFor();
    await page.getByText('Check its power.').waitFor();
    await page.getByRole('link', { name: 'Devices' }).click();
    const row = page.locator('[data-device=meter]');
    await row.getByText('no answer in time (device_timeout)').waitFor();
    await eventually(t, () => row.getAttribute('data-state'), 'down');
    await eventually(t, () => page.locator('[data-device=inverter-1]').getAttribute('data-state'), 'up');
    await row.locator('summary').click();
    await row.getByText('did not answer within 1000 ms').waitFor();
    await row.getByText('Grid frequency').waitFor();
    gateway.home.lines.pop();
    gateway.setDevice('meter', 'up', null);
    await page.getByText('is down: no answer').waitFor({ state: 'detached' });
    t.equal(await row.getAttribute('open'), '', 'what was opened stays open');
    t.same(faults, []);
  },
);

inBrowser('a cut connection shows, and the page comes back by itself', async (t, browser) => {
  const { gateway, page } = await visit(t, browser);
  await live(page).waitFor();
  await gateway.close();
  await page.getByText('Reconnecting…').waitFor();
  await gateway.listen();
  await live(page).waitFor();
  gateway.publish(...values({ ...sunny, 'inverter-1/pv_power_w': 4_000 }));
  await part(page, 'sun').getByText('5.50').waitFor();
  t.pass('live again');
});

inBrowser('a gateway that was updated meanwhile brings its new page', async (t, browser) => {
  const { gateway, page } = await visit(t, browser);
  await page.getByText('eGW 0.1.0').waitFor();
  const reloaded = page.waitForEvent('load');
  await gateway.close();
  gateway.version = '0.2.0';
  await gateway.listen();
  await reloaded;
  // At once, or, when the first question found no answer, with the next refresh in half a minute.
  await page.getByText('eGW 0.2.0').waitFor({ timeout: 70_000 });
  t.pass('reloaded');
});

inBrowser('a page of which a script did not come is loaded again', async (t, browser) => {
  const { page } = await visit(t, browser);
  await live(page).waitFor();
  await page.route('**/assets/format.js', (route) => route.abort('connectionreset'), { times: 1 });
  await page.reload();
  await page.waitForEvent('load');
  await live(page).waitFor();
  await page.getByText('eGW 0.1.0').waitFor();
  t.pass('and works');
});

inBrowser('a view of which a script did not come says so, and comes with the gateway', async (t, browser) => {
  const { page, faults } = await visit(t, browser);
  await live(page).waitFor();
  await page.route('**/assets/fact-table.js', (route) => route.abort('connectionreset'), { times: 1 });
  await page.route('**/api/hello', (route) => route.abort('connectionreset'), { times: 1 });
  const reloaded = page.waitForEvent('load');
  await page.getByRole('link', { name: 'Engine' }).click();
  await page.getByText('This view did not come').waitFor();
  await live(page).waitFor();
  await reloaded;
  await page.getByRole('table', { name: 'Lanes' }).waitFor();
  t.match(page.url(), /#\/engine$/);
  t.same(faults, []);
});

inBrowser('the engine’s lanes and tasks are shown', async (t, browser) => {
  const { page, faults } = await visit(t, browser, { path: '/#/engine' });
  const lanes = page.getByRole('table', { name: 'Lanes' });
  await lanes.getByText('tcp:192.168.1.20:502').waitFor();
  await page.getByRole('table', { name: 'Tasks' }).getByText('harvest:inverter-1').waitFor();
  await eventually(t, () => lanes.locator('tbody tr').count(), 3);
  t.same(faults, []);
});

inBrowser('what storage holds and costs is shown, and which policy is active', async (t, browser) => {
  const { page, faults } = await visit(t, browser, { path: '/#/storage' });
  const policies = page.getByRole('table', { name: 'Commit policies' });
  await policies.getByText('balanced: every 10 s (active)').waitFor();
  const cards = policies.getByRole('row', { name: /sdcard/ });
  await eventuallyReads(t, cards, /up to 60 s.*132\.0 MB.*50 years/s);
  await eventuallyReads(t, page.locator('#database dl'), /4 158 204.*lasts 34 years/s);
  await eventually(t, () => page.getByRole('table', { name: 'Written' }).locator('tbody tr').count(), 3);
  t.same(faults, []);
});

inBrowser('names from outside are shown as text, never run', async (t, browser) => {
  const gateway = new StubGateway();
  const evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
  gateway.home.change('meter', { name: evil, state: 'down', lastError: evil, address: evil });
  gateway.home.lines.push({ subject: evil, status: 'failing', message: evil, hint: evil, sinceMs: 0 });
  gateway.sources.say('heating', [{ part: 'zone-1', quantity: 'name', text: evil }]);
  gateway.sinks.change('influx', { name: evil, reason: evil });
  const { page, faults } = await visit(t, browser, { gateway, path: '/#/devices' });
  await page.locator('.device-name').getByText('<img src=x').waitFor();
  await page.locator('[data-device=meter] summary').click();
  await page.locator('[data-device=meter]').getByText('Simulated device').waitFor();
  await page.getByRole('link', { name: 'Home' }).click();
  await drawn(page).waitFor();
  await page.getByText('More series').click();
  for (const place of ['#health', '#cards']) {
    await page.locator(place).getByText('<img src=x').first().waitFor();
  }
  await page.getByRole('link', { name: 'Storage' }).click();
  await page.locator('#sinks').getByText('<img src=x').first().waitFor();
  t.equal(await page.locator('img').count(), 0);
  t.equal(await page.locator('script').count(), 2);
  t.equal(await page.evaluate<unknown>('window.hacked'), undefined);
  t.same(faults, []);
});

inBrowser('on a phone nothing goes over the edge, in any view', async (t, browser) => {
  const gateway = new StubGateway();
  const long = 'a-very-long-name-without-any-place-to-break-it-'.repeat(3);
  gateway.home.change('meter', { name: long, address: long, lastError: long });
  gateway.home.lines.push({ subject: 'x', status: 'degraded', message: long, hint: long, sinceMs: 0 });
  gateway.sources.say('heating', [{ part: 'zone-1', quantity: 'name', text: long }]);
  gateway.sources.say('weather', [{ quantity: 'weather_description', text: long }]);
  gateway.sinks.change('influx', { name: long, reason: long, hint: long });
  const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
  const { page, faults } = await visit(t, browser, { gateway, options: phone });
  await drawn(page).waitFor();
  await page.locator('#cards').getByText(long).first().waitFor();
  const width = (): Promise<number> => page.evaluate<number>('document.documentElement.scrollWidth');
  t.equal(await width(), 360, 'home');
  await page.getByText('More series').click();
  t.equal(await width(), 360, 'all series');
  await page.getByRole('link', { name: 'Devices' }).click();
  await page.locator('[data-device=meter] summary').click();
  await page.getByText('Serial number').first().waitFor();
  await page.locator('[data-source=heating] summary').click();
  await page.getByRole('heading', { name: long }).waitFor();
  t.equal(await width(), 360, 'devices and sources');
  await page.getByRole('link', { name: 'Storage' }).click();
  await page.getByText('(active)').waitFor();
  await page.getByRole('button', { name: /^Try/ }).waitFor();
  t.equal(await width(), 360, 'storage and sinks');
  await page.getByRole('link', { name: 'Engine' }).click();
  await page.getByText('harvest:inverter-1').waitFor();
  t.equal(await width(), 360, 'engine');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Pairing code').waitFor();
  t.equal(await width(), 360, 'pairing');
  t.same(faults, []);
});

inBrowser('everything comes from the gateway itself', async (t, browser) => {
  const { gateway, page, requests } = await visit(t, browser);
  await drawn(page).waitFor();
  const foreign = requests.filter((url) => !url.startsWith(gateway.url) && !url.startsWith('data:'));
  t.same(foreign, []);
  t.ok(requests.length > 20);
});
