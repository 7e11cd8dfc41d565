import type { Page } from 'playwright-core';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { addDays } from '../../../gateway/core/tempo-day.ts';
import { eventually, eventuallyReads } from './eventually.ts';
import { inBrowser } from './in-browser.ts';
import { visit } from './page-visit.ts';
import { StubGateway } from './stub-gateway.ts';

const widthOf = async (page: Page): Promise<number> =>
  await page.evaluate<number>('document.documentElement.scrollWidth');

function gatewayWithServer(): StubGateway {
  const gateway = new StubGateway();
  const { tempo, server, members } = gateway;
  tempo.isConfigured = true;
  server.isConfigured = true;
  members.member('11', 'Ada', { role: 'admin' });
  members.member('12', '<img src=x onerror="window.hacked=1">');
  members.statement(2025, [
    ['11', 45_000_000, '2026-01-02'],
    ['12', 15_500_000, null],
  ]);
  members.statement(2024, [['11', 1_000_000, '2025-02-01']]);
  return gateway;
}

inBrowser(
  'colours of a season stand in a calendar with letters, corrections and addresses; days say what they cost',
  async (t, browser) => {
    const gateway = gatewayWithServer();
    const { tempo, server } = gateway;
    const { today } = tempo;
    const yesterday = addDays(today, -1);
    const corrected = { colour: 'white', provider: 'couleur-tempo', state: 'final', heardMs: 1 } as const;
    tempo.said.set(-1, { colour: 'red', corrections: [corrected] });
    tempo.said.set(0, { colour: 'white', state: 'provisional' });
    const down = { mwh: null, estimatedMwh: 0, coveredMs: 0, kind: 'down' } as const;
    server.days.set(0, { microEuros: null, problem: 'the colour is not known', colour: null });
    server.days.set(1, { bands: { peak: down, 'off-peak': down }, mwh: null, kind: 'down', microEuros: 0 });
    const { page, requests, faults } = await visit(t, browser, { gateway });
    await page.getByRole('link', { name: 'Tempo' }).waitFor();
    await page.locator('#charts[data-points]:not([data-points="0"])').waitFor();
    t.same(
      requests.filter((url) => /tempo(?!-card)|server/.test(url)),
      [],
      'nothing of the view comes before it is opened',
    );
    await page.getByRole('link', { name: 'Tempo' }).click();
    await page.locator('.tempo-month').first().waitFor();
    await eventuallyReads(
      t,
      page.locator('.tempo-now'),
      /Today, .* White · .*RTE, provisional, it may still change · Tomorrow, .*Not known yet · .*blue \(50 %\), white \(30 %\) or red \(20 %\) · 0\.1609 €\/kWh now/,
    );
    await eventually(t, () => page.locator('.tempo-month').count(), 12);
    await eventuallyReads(t, page.locator('.tempo-quotas'), /Red · 1 of 22 used, 21 left/);
    const cell = (day: string) => page.locator(`[data-day="${day}"]`);
    const label = () => cell(yesterday).getAttribute('aria-label');
    await eventually(t, label, /red · RTE · corrected: it was white/);
    await eventuallyReads(t, cell(yesterday), /R$/, 'a letter besides the colour');
    await eventuallyReads(t, cell(today), /W\?$/);
    await eventually(t, () => cell(today).getAttribute('aria-current'), 'date');
    const inOrder = page.locator('.tempo-day[tabindex="0"]');
    await eventually(t, () => inOrder.count(), 1, 'one day in the order of Tab');
    await cell(today).focus();
    await page.keyboard.press('ArrowLeft');
    const active = 'document.activeElement.dataset.day';
    await eventually(t, () => page.evaluate<string>(active), yesterday);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/#/tempo?day=${yesterday}`);
    const row = page.locator(`[data-tempo-day="${yesterday}"]`);
    await row.getByText('cost, rounded once: 0.290000 EUR').waitFor();
    await row.getByText(`tariff day ${yesterday}: <b>06:00</b>`).waitFor();
    await eventuallyReads(t, row.locator('summary'), /not known · 0\.00 € · down: nothing was counted/);

    await page.evaluate(`location.hash = '#/tempo?season=2025-2026'`);
    await page.getByRole('heading', { name: 'Season 2025–2026' }).waitFor();
    await page.getByRole('heading', { name: /season 2025–2026$/ }).waitFor();
    const asked = async () => await Promise.resolve(server.asked.at(-1) ?? null);
    await eventually(t, asked, '2025-09-01 2026-08-31');
    await page.getByRole('link', { name: 'February 2026' }).click();
    await page.getByRole('heading', { name: 'Energy and cost of the server, February 2026' }).waitFor();
    await eventuallyReads(
      t,
      page.locator('.tempo-energy table'),
      /Blue.*28.*35\.8 kWh.*17\.9 kWh.*53\.8 kWh.*8\.12 €/,
    );
    await page.evaluate(`location.hash = '#/tempo?month=2999-01'`);
    await page.getByText('Nothing was metered in these days.').waitFor();
    t.notMatch(server.asked.at(-1), /2999/, 'the future is not asked for');
    t.same(faults, []);
  },
);

inBrowser(
  'the server says why it is on, is switched on the second tap, and shows what it was told',
  async (t, browser) => {
    const gateway = gatewayWithServer();
    gateway.scopes = ['read', 'control', 'admin'];
    const { server } = gateway;
    const { page, faults } = await visit(t, browser, { gateway, path: '/#/tempo' });
    const card = page.locator('.server-card');
    await card.getByText('On', { exact: true }).waitFor();
    await eventuallyReads(t, card, /Attic · On 82 W · .* is blue \(rte\)\. .*none is known yet; a colour/);
    server.change({ position: null, powerW: null, problem: 'the plug is silent', dryRun: true });
    await card.getByText('Not seen').waitFor();
    await card.getByText('the plug is silent').waitFor();
    await card.getByText('dryRun is set').waitFor();
    const off = card.getByRole('button', { name: 'Switch off' });
    await off.click();
    t.equal(server.orders.length, 0, 'not by one tap');
    await card.getByRole('button', { name: 'Switch off now?' }).click();
    await page.getByText('The server is told to switch off.').waitFor();
    t.equal(server.orders.length, 1);
    await card.getByText('What it was told').click();
    await card.getByText(/: off, by token:/).waitFor();
    server.change({ hasSwitch: false });
    await off.waitFor({ state: 'hidden' });
    t.same(faults, []);
  },
);

inBrowser(
  'members, shares, derogations and statements are there on the smallest screen, and refusals in words',
  async (t, browser) => {
    const gateway = gatewayWithServer();
    gateway.scopes = ['read', 'control', 'admin'];
    const { members } = gateway;
    const phone = { viewport: { width: 320, height: 700 }, isMobile: true, hasTouch: true };
    const { page, faults } = await visit(t, browser, { gateway, path: '/#/tempo', options: phone });
    const card = page.locator('.members-card');
    await card.getByText('Ada, admin').waitFor();
    await eventuallyReads(t, card, /shares of 2026 · Ada, admin · since .* · 12\.35 €/);
    await eventuallyReads(
      t,
      card,
      /2026 has cost 16\.69 € so far, 1\.00 € of it nobody’s\. Days without a price, .*: 2\./,
    );
    await eventually(t, () => widthOf(page), 320);

    const derogations = page.locator('.derogations-card');
    await derogations.getByText('Keep the server on').click();
    await derogations.getByLabel(/^Day/).fill('tomorrow');
    members.refusal = new GatewayError('control_refused', 'not needed: the day is blue', {
      hint: 'wait for a red one',
    });
    await derogations.getByRole('button', { name: 'Ask for it' }).click();
    await derogations.getByText('not needed: the day is blue (wait for a red one)').waitFor();
    members.refusal = undefined;
    await derogations.getByRole('button', { name: 'Ask for it' }).click();
    await derogations.getByText('Taken, as derogation 1.').waitFor();
    await derogations.getByText(/^Ada: /).waitFor();
    const back = derogations.getByRole('button', { name: /^Take back/ });
    await back.click();
    await back.click();
    await derogations.getByText('Nobody has asked').waitFor();

    const statements = page.locator('.statements-card');
    await eventuallyReads(t, statements, /2025, Ada: 45\.00 € · paid Fri, 2 Jan 2026 · 2025, <img/);
    await eventuallyReads(t, statements, /2024, Ada: 1\.00 €/);
    const paid = statements.getByRole('button', { name: /has paid 2025$/ });
    await eventually(t, () => paid.count(), 1);
    await paid.click();
    await paid.click();
    await statements.getByText('paid Thu, 15 Jan 2026').waitFor();
    await eventually(t, () => widthOf(page), 320);
    t.equal(await page.locator('img').count(), 0);
    t.equal(await page.evaluate<unknown>('window.hacked'), undefined);
    t.same(faults, []);
  },
);

inBrowser(
  'who may only read gets no buttons of admins, and no view where there is nothing',
  async (t, browser) => {
    const gateway = gatewayWithServer();
    gateway.scopes = ['read'];
    const { page, faults } = await visit(t, browser, { gateway, path: '/#/tempo' });
    await page.locator('.statements-card').getByText('open').waitFor();
    t.equal(await page.getByRole('button', { name: /has paid/ }).count(), 0);
    t.equal(await page.getByText('Keep the server on').isVisible(), false);
    gateway.tempo.isConfigured = false;
    gateway.server.isConfigured = false;
    gateway.server.change({});
    await page.getByText('No colours and no server yet').waitFor();
    t.equal(await page.locator('.tempo-calendar').isVisible(), false);
    t.same(faults, []);
  },
);

inBrowser('what was not answered yet is not said to be nothing', async (t, browser) => {
  const { page, faults } = await visit(t, browser, { gateway: gatewayWithServer() });
  const { promise: released, resolve: release } = Promise.withResolvers<undefined>();
  await page.getByRole('link', { name: 'Tempo' }).waitFor();
  await page.route(/\/api\/v1\/(members|derogations|statements|server\/energy)/, async (route) => {
    await released;
    await route.continue();
  });
  await page.getByRole('link', { name: 'Tempo' }).click();
  await page.locator('.server-card').getByText('On', { exact: true }).waitFor();
  const nothing = [/Nothing was metered/, /Nobody has asked/, /None yet/, /Keep the server on/, /Nobody yet/];
  for (const words of nothing) t.equal(await page.getByText(words).isVisible(), false, String(words));
  release(undefined);
  await page.getByText('Nobody has asked').waitFor();
  await page.locator('.statements-card').getByText('open').waitFor();
  t.same(faults, []);
});
