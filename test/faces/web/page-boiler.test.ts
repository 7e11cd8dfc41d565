import type { Page } from 'playwright-core';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { eventually, eventuallyReads } from './eventually.ts';
import { inBrowser } from './in-browser.ts';
import { visit } from './page-visit.ts';
import { delivery } from './stub-alerts.ts';
import { StubGateway } from './stub-gateway.ts';

const minuteMs = 60_000;

const fillsOf = async (page: Page, selector: string): Promise<readonly string[]> =>
  await page.evaluate<readonly string[]>(
    `[...new Set([...document.querySelectorAll('${selector}')].map((each) => getComputedStyle(each).fill))]`,
  );

const widthOf = async (page: Page): Promise<number> =>
  await page.evaluate<number>('document.documentElement.scrollWidth');

/** Of the program before, in its order. */
const bandColours = {
  undefined: 'rgb(242, 242, 242)',
  combustion: 'rgb(230, 242, 255)',
  ignition: 'rgb(255, 255, 153)',
  hold: 'rgb(230, 255, 230)',
  stop: 'rgb(255, 77, 77)',
  jam: 'rgb(179, 36, 0)',
  watch: 'rgb(255, 128, 179)',
};

function gatewayWithBoiler(): StubGateway {
  const gateway = new StubGateway();
  gateway.boiler.isConfigured = true;
  const told = { phase: 'stop', code: 9, before: null, alert: 1, isProvisional: false } as const;
  const atMs = Date.now() - 199 * minuteMs;
  gateway.boiler.told = [{ ...told, atMs, kind: 'alert', rule: 'boiler-fire-out' }];
  return gateway;
}

inBrowser(
  'the boiler is shown over time, with its phases, flags, motors, ranges and days',
  async (t, browser) => {
    const gateway = gatewayWithBoiler();
    const { page, requests, faults } = await visit(t, browser, { gateway });
    await page.getByRole('link', { name: 'Boiler' }).waitFor();
    await page.locator('#charts[data-points]:not([data-points="0"])').waitFor();
    t.same(
      requests.filter((url) => /boiler/.test(url)),
      [],
      'nothing of the view comes before it is opened',
    );
    await page.goto(`${gateway.url}/#/boiler?hours=6`);
    await page.locator('.band').first().waitFor();
    await eventuallyReads(
      t,
      page.locator('.boiler-now'),
      /Cellar · Combustion for 1\d min, provisional · .* Water · 61\.3 °C .* Igniter · off .* Least in 24 h · 52\.5 °C · Least in 7 d · 51\.5 °C · Least in 14 d · 50\.5 °C · Sweep in May/,
    );
    for (const [phase, colour] of Object.entries(bandColours)) {
      await eventually(t, () => fillsOf(page, `.band.phase-${phase}`), [colour], phase);
    }
    await eventually(t, () => page.locator('.boiler-legend li:visible').count(), 3 + 7);
    await page.locator('.strip.on').first().waitFor({ state: 'attached' });
    const water = page.locator('.curve.water');
    await eventually(t, () => water.getAttribute('d'), /^M[^M]+M[^M]+$/, 'the gap is a gap');

    const alert = page.locator('.flag[data-tone=alert]');
    const told = /The fire is out · .* People were told: the fire is out/;
    await eventually(t, () => alert.getAttribute('aria-label'), told);
    await alert.focus();
    await eventuallyReads(t, page.locator('.boiler-readout'), /The fire is out · .*People were told/);
    await page.locator('.flag[data-tone=plain] .flag-target').last().hover();
    await eventuallyReads(t, page.locator('.boiler-readout'), /Ignition/);
    await page.mouse.move(0, 0);
    await page.locator('.boiler-plot').focus();
    await page.keyboard.press('ArrowLeft');
    await eventuallyReads(
      t,
      page.locator('.boiler-readout'),
      /water (?:5[789]|6\d)\.\d °C · flue 1\d\d\.\d °C · combustion/,
    );
    await page.getByText('As a table').click();
    await page.getByRole('table', { name: 'Phases' }).getByText('Jam or empty silo').waitFor();

    await page.getByRole('link', { name: 'The last hour' }).click();
    await page.waitForURL(/hours=1$/);
    await page.locator('.band.phase-stop').waitFor({ state: 'detached' });
    const lastHour = page.getByRole('link', { name: 'The last hour' });
    await eventually(t, () => lastHour.getAttribute('aria-current'), 'true');
    await page.getByRole('link', { name: 'The day before' }).click();
    await page.waitForURL(/day=\d{4}-\d\d-\d\d$/);
    await page.getByRole('heading', { name: /^From .* to / }).waitFor();
    const picker = page.getByLabel('Day', { exact: true }).and(page.locator('input'));
    const last = await picker.getAttribute('max');
    await eventually(t, () => picker.inputValue(), last);
    const after = page.getByLabel('The day after');
    await eventually(t, () => after.getAttribute('href'), null, 'no day after today');
    await page.getByLabel('The day before').click();
    await page.waitForURL((url) => !url.href.endsWith(last ?? ''));
    await picker.fill('1999-01-01');
    t.notMatch(page.url(), /1999/, 'days of which nothing is known are not gone to');
    await picker.fill(last ?? '');
    await page.waitForURL((url) => url.href.endsWith(last ?? ''));

    gateway.boiler.change({ phase: 'stop', sinceMs: Date.now() - 5_000, isProvisional: false });
    await page.locator('.boiler-now.phase-stop').getByText('The fire is out').waitFor();
    t.same(faults, []);
  },
);

inBrowser('settings of the boiler are kept or refused, each in words', async (t, browser) => {
  const gateway = gatewayWithBoiler();
  gateway.setSetting = (setting, value) =>
    setting === 'boiler.rawHours'
      ? Promise.reject(new GatewayError('config_pinned', 'boiler.rawHours is given by egw.yaml, line 12'))
      : Promise.resolve(value);
  const { page, faults } = await visit(t, browser, { gateway, path: '/#/boiler' });
  await page.locator('.boiler-settings summary').click();
  const form = page.locator('.setting-form');
  const answers = page.locator('.setting-answers');
  const failure = form.getByLabel('Failure temperature');
  await eventually(t, () => failure.inputValue(), '56');
  await failure.fill('76');
  await form.getByRole('button', { name: 'Keep' }).click();
  t.equal(await page.locator('.setting-form input:invalid').count(), 1);
  await failure.fill('57.5');
  await form.getByLabel('Readings are kept').fill('6');
  await form.getByLabel('People are told').uncheck();
  await form.getByRole('button', { name: 'Keep' }).click();
  await answers.getByText('Failure temperature: kept.').waitFor();
  await eventuallyReads(
    t,
    answers,
    /Failure temperature: kept\. · Readings are kept: boiler\.rawHours is given by egw\.yaml, line 12 · People are told: kept\. · What is kept is in force from the next start/,
  );
  t.match(gateway.settings, { 'boiler.failureC': 57.5, 'boiler.alerts': false });
  t.notOk('boiler.comment' in gateway.settings, 'what was not changed is not sent');
  for (let count = 0; count < 2; count += 1) await page.locator('.boiler-settings summary').click();
  await answers.getByText('Failure temperature, People are told: in force from the next start').waitFor();
  await eventually(t, () => failure.inputValue(), '57.5');
  t.same(faults, []);
});

inBrowser('what somebody writes before the settings have come is left alone', async (t, browser) => {
  const gateway = gatewayWithBoiler();
  const { page, faults } = await visit(t, browser, { gateway });
  const { promise: released, resolve: release } = Promise.withResolvers<undefined>();
  await page.getByRole('link', { name: 'Boiler' }).waitFor();
  await page.route('**/api/v1/config/settings*', async (route) => {
    await released;
    await route.continue();
  });
  await page.getByRole('link', { name: 'Boiler' }).click();
  await page.locator('.boiler-settings summary').click();
  const form = page.locator('.setting-form');
  await form.getByLabel('Failure temperature').fill('58');
  release(undefined);
  await eventually(t, () => form.getByLabel('Readings are kept').inputValue(), /^\d+$/);
  t.equal(await form.getByLabel('Failure temperature').inputValue(), '58');
  t.same(faults, []);
});

inBrowser(
  'on the wall there is nothing but the boiler; it goes on by itself, and says when it is cut off, old or out',
  async (t, browser) => {
    const gateway = gatewayWithBoiler();
    const wall = { viewport: { width: 800, height: 480 }, colorScheme: 'dark' } as const;
    const { page, faults } = await visit(t, browser, { gateway, path: '/#/boiler?kiosk', options: wall });
    await page.locator('.band').first().waitFor();
    t.equal(await page.locator('header').isVisible(), false);
    t.equal(await page.locator('.boiler-settings').isVisible(), false);
    const size = '[document.documentElement.scrollWidth, document.documentElement.scrollHeight]';
    await eventually(t, () => page.evaluate<readonly number[]>(size), [800, 480]);
    const height = async () => (await page.locator('.boiler-plot').boundingBox())?.height ?? 0;
    await eventually(t, async () => (await height()) > 150, true, 'the curves have their place');
    await eventually(t, () => fillsOf(page, '.band.phase-stop'), ['rgb(161, 22, 22)'], 'darker in the dark');

    const asked = gateway.boiler.asked.length;
    gateway.boiler.change({ phase: 'stop', isProvisional: false });
    await page.locator('.boiler-now.phase-stop').getByText('The fire is out').waitFor();
    const background = 'getComputedStyle(document.body).backgroundColor';
    await eventually(t, () => page.evaluate<string>(background), 'rgb(196, 0, 0)');
    await page.locator('.band').first().waitFor({ state: 'attached' });
    const isAsked = async () => await Promise.resolve(gateway.boiler.asked.length > asked);
    await eventually(t, isAsked, true, 'what changed is asked for');
    const last = gateway.boiler.asked.at(-1);
    t.ok((last?.toMs ?? 0) - (last?.fromMs ?? 0) <= 12 * minuteMs, 'only what is new is asked for');

    const inputs = gateway.boiler
      .describe()
      .inputs.map((input) => ({ ...input, atMs: Date.now() - 12 * minuteMs }));
    gateway.boiler.change({ inputs });
    await page.getByText('Old: the water was measured 12').waitFor();
    const facts = page.locator('.boiler-now .facts').first();
    const isBeside = async () => ((await facts.boundingBox())?.x ?? 0) > 250;
    await eventually(t, isBeside, true, 'what is measured stays beside the phase');
    await gateway.close();
    await page.getByText('No connection to the gateway.').waitFor();
    gateway.boiler.status = {};
    await gateway.listen();
    await page.locator('.boiler-now.phase-combustion').waitFor();
    await page.locator('.boiler-doubt').waitFor({ state: 'hidden' });
    await page.evaluate('location.hash = "#/home"');
    await page.locator('header').waitFor();
    t.same(faults, []);
  },
);

inBrowser(
  'an alert stands over every view until it is over, is acknowledged, and says who was told',
  async (t, browser) => {
    const gateway = gatewayWithBoiler();
    const now = Date.now();
    gateway.scopes = ['read', 'control', 'admin'];
    gateway.alerts.put(2, {
      title: '<img src=x onerror="window.hacked=1">',
      deliveries: [
        delivery(),
        delivery({
          id: 2,
          notifier: 'sms',
          recipient: '+33…78',
          state: 'failed',
          tries: 9,
          reason: 'no credit',
        }),
      ],
    });
    gateway.alerts.put(3, { severity: 'warning', title: 'The meter is silent', subject: 'meter' });
    gateway.alerts.notifiers = [
      {
        ...{ id: 'family', name: 'Family', kind: 'mail', title: 'Mail', enabled: true, problem: null },
        ...{ language: 'fr', recipients: ['a…@example.org'], isRepeatSafe: false, hasBalance: false },
        ...{ queued: 0, sentMs: now, failedMs: null, reason: null },
      },
    ];
    gateway.alerts.rules = [
      {
        ...{ id: 'wet', origin: 'own', enabled: true, severity: 'warning', title: 'Wet cellar' },
        ...{ condition: null, forMs: 0, cooldownMs: 0, repeatMs: null, tellsRecovery: true },
        ...{ notifiers: null, problem: 'there is no device cellar', subjects: [] },
      },
    ];
    const phone = { viewport: { width: 320, height: 700 }, isMobile: true, hasTouch: true };
    const { page, faults } = await visit(t, browser, { gateway, options: phone });
    const banner = page.locator('#alarm a');
    await banner.waitFor();
    await eventually(t, () => banner.innerText(), /^<img .*The fire of Cellar is out/);
    t.equal(await banner.count(), 1, 'what can wait is no banner');
    await banner.click();
    const row = page.locator('#alerts [data-alert="2"]');
    await row.locator('summary').click();
    await row.getByText('sms, +33…78: given up after 9 tries: no credit').waitFor();
    await row.getByRole('button', { name: /^Acknowledge/ }).click();
    await row.getByText(/seen to by/).waitFor();
    t.same(gateway.alerts.acknowledged, [2]);
    await eventually(t, () => row.getByRole('button').count(), 0, 'once is enough');
    await page.getByText('left out: there is no device cellar').waitFor();

    gateway.alerts.test = () => [delivery({ state: 'failed', reason: 'the server refuses the password' })];
    const test = page.getByRole('button', { name: 'Send a test with Family' });
    await test.click();
    await page.getByText('family, a…@example.org: given up: the server refuses the password').waitFor();
    gateway.alerts.test = () => [delivery()];
    await test.click();
    await page.getByText('The test was sent.').waitFor();
    await eventually(t, () => widthOf(page), 320);

    await page.goto(`${gateway.url}/#/boiler?hours=12`);
    await page.locator('.band').first().waitFor();
    const own = page.locator('.boiler-alerts [data-alert]');
    await eventually(t, () => own.count(), 1, 'only those of the boiler');
    await eventually(t, () => widthOf(page), 320);
    gateway.alerts.put(2, { isOpen: false });
    await banner.waitFor({ state: 'detached' });
    t.equal(await page.locator('img').count(), 0);
    t.equal(await page.evaluate<unknown>('window.hacked'), undefined);

    gateway.boiler.isConfigured = false;
    gateway.boiler.change({});
    await page.getByText('No boiler is watched yet').waitFor();
    await page.getByText('primaryFan: boiler-motors/a2').waitFor();
    t.same(faults, []);
  },
);
