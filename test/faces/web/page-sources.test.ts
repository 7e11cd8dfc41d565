import type { Locator, Page } from 'playwright-core';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { eventually, eventuallyReads } from './eventually.ts';
import { inBrowser } from './in-browser.ts';
import { values } from './live-values.ts';
import { visit } from './page-visit.ts';
import { StubGateway } from './stub-gateway.ts';

const card = (page: Page, title: string): Locator =>
  page.locator('#cards section').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
const drawn = (page: Page): Locator => page.locator('#charts[data-points]:not([data-points="0"])');

inBrowser(
  'the home shows what its sources say, by their names, follows it without a request, and draws it',
  async (t, browser) => {
    const { gateway, page, faults } = await visit(t, browser);
    await card(page, 'Météo 🌦').getByText('Légère bruine').waitFor();
    await eventuallyReads(
      t,
      card(page, 'Météo 🌦'),
      /Temperature: · 12\.3 °C Légère bruine.*Wind · 18 km\/h · from SW, gusts 35 km\/h/,
    );
    await eventuallyReads(
      t,
      card(page, 'Rooms'),
      /Salle à manger · 20\.5 °C · set to 21\.0 °C, by schedule · Chambre 🛏/,
    );
    await eventuallyReads(
      t,
      card(page, 'Grid now'),
      /41 g CO₂\/kWh very clean.*Renewable · 28 %.*Nuclear 68 %/,
    );
    await eventuallyReads(
      t,
      card(page, 'Tempo'),
      /Today · White .*Tomorrow · not known yet .*it can be blue or white/s,
    );
    await eventuallyReads(t, card(page, 'Plugs'), /Plug of the fridge · 84 W · on/);
    await eventuallyReads(t, card(page, 'Probes'), /Water · 54\.3 °C/);
    await page
      .locator('#today')
      .getByText(/^\d+\sl$/)
      .waitFor();
    await eventuallyReads(t, page.locator('#today'), /Gas · \d\.\d\d m³ · Water · \d+ l/);

    await drawn(page).waitFor();
    await page.route('**/api/**', (route) => route.abort());
    gateway.publish(...values({ 'heating/zone-1/room_temperature_c': 19.3, 'fridge/load_power_w': null }));
    await card(page, 'Rooms').getByText('19.3').waitFor();
    await card(page, 'Plugs').getByText('–').waitFor();
    gateway.publish(...values({ 'fridge/load_power_w': 71 }, 120_000));
    await card(page, 'Plugs').getByText('old').waitFor();
    gateway.sources.say('weather', [{ quantity: 'weather_description', text: 'éclaircies <b>ce soir</b>' }]);
    await gateway.sources.read('weather');
    await card(page, 'Météo 🌦').getByText('Éclaircies <b>ce soir</b>').waitFor();
    await page.unroute('**/api/**');

    await page.getByText('More series').click();
    await page.getByLabel('Find a series').fill('salle à temperature');
    await page.getByText('Plug of the fridge: Load power').waitFor({ state: 'detached' });
    await page.getByLabel('Room thermostats, Salle à manger: Room temperature').check();
    await page
      .getByRole('button', { name: /^Room thermostats, Salle à manger: Room temperature.*19\.3/ })
      .waitFor();
    await page.locator('.plot canvas').nth(1).waitFor();
    t.same(faults, []);
  },
);

inBrowser('a home without sources has no cards, and is told where they would be', async (t, browser) => {
  const gateway = new StubGateway();
  gateway.withoutSources();
  const { page } = await visit(t, browser, { gateway, path: '/#/devices' });
  await page.locator('[data-device=meter]').waitFor();
  await page.getByText('No source is configured').waitFor();
  t.equal(await page.locator('#cards section').count(), 0);
});

inBrowser(
  'sources are listed with how they are, and a tap shows all they and their parts say',
  async (t, browser) => {
    const { gateway, page, faults } = await visit(t, browser, { path: '/#/devices' });
    const weather = page.locator('[data-source=weather]');
    await weather.getByText(/ago, next in/).waitFor();
    await eventuallyReads(
      t,
      page.locator('[data-source=enphase] summary'),
      /not read: its configuration.*it has no token/,
    );
    await page.locator('[data-source=heating] summary').focus();
    await page.keyboard.press('Enter');
    const heating = page.locator('[data-source=heating]');
    await heating.getByText('Somebody who says something (said)').waitFor();
    await heating.getByRole('heading', { name: 'Salle à manger' }).waitFor();
    await eventuallyReads(
      t,
      heating,
      /Requests · 0 of 1 000 in 24 hours.*Chambre 🛏 · Room temperature · 17\.0 °C/,
    );

    const hint = 'check that it is on';
    gateway.sources.fail(
      'weather',
      new GatewayError('connection_timeout', 'the service is silent', { hint }),
    );
    await gateway.sources.read('weather');
    await weather.getByText('the service is silent').waitFor();
    await eventually(t, () => weather.getAttribute('data-state'), 'failing');
    await weather.locator('summary').click();
    await weather.getByText(`the service is silent – ${hint}`).waitFor();
    t.same(faults, []);
  },
);

inBrowser('a sink that is down says why, and who may can have it tried now', async (t, browser) => {
  const gateway = new StubGateway();
  gateway.scopes = ['read'];
  const { page, answered, faults } = await visit(t, browser, { gateway, path: '/#/devices' });
  const asked = page.waitForResponse('**/api/v1/tokens');
  await page.getByRole('link', { name: 'Storage' }).click();
  const influx = page.locator('[data-sink=influx]');
  await influx.getByText('influx.example does not answer – check that it is on').waitFor();
  await eventuallyReads(t, influx, /down.*1 h 05 min of readings to send.*Refused · 7 readings/);
  await eventuallyReads(t, page.locator('[data-sink=files]'), /up.*nothing is missing/);
  t.equal((await asked).status(), 403);
  await answered('/api/v1/tokens');
  t.equal(await influx.getByRole('button').count(), 0, 'who may only read is not offered it');

  gateway.scopes = ['read', 'admin'];
  const access = JSON.stringify({ token: await gateway.token() });
  await page.addInitScript((text: string) => localStorage.setItem('egw.access', text), access);
  await page.reload();
  await influx.getByRole('button', { name: 'Try InfluxDB now' }).click();
  await influx.getByText('nothing is missing').waitFor();
  await eventually(t, () => influx.getAttribute('data-state'), 'up');
  await eventually(t, () => influx.getByRole('button').count(), 0, 'what is up needs no button');
  t.same(faults, []);
});
