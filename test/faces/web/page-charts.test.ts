import type { Locator, Page } from 'playwright-core';
import { eventually } from './eventually.ts';
import { inBrowser } from './in-browser.ts';
import { sunny, values } from './live-values.ts';
import { visit } from './page-visit.ts';

const drawn = (page: Page): Locator => page.locator('#charts[data-points]:not([data-points="0"])');

/** Counts the pixels of the first chart that have about the colour of this name; a script for the page. */
const pixelsOf = (tone: string): string => `(() => {
  const canvas = document.querySelector('canvas');
  const colour = getComputedStyle(document.documentElement).getPropertyValue('--${tone}').trim();
  const wanted = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    const isNear = wanted.every((value, index) => Math.abs(value - data[at + index]) < 24);
    if (isNear && data[at + 3] > 200) count += 1;
  }
  return count;
})()`;

const charts = async (page: Page, count: number): Promise<void> => {
  await page
    .locator('.plot canvas')
    .nth(count - 1)
    .waitFor();
  await page.locator('.plot canvas').nth(count).waitFor({ state: 'detached' });
};

inBrowser('each range asks for its resolution', async (t, browser) => {
  const { page, faults } = await visit(t, browser);
  await drawn(page).waitFor();
  await eventually(t, () => page.locator('#charts').getAttribute('data-resolution'), '1m');
  const ranges = [
    ['The last 7 days', '1h'],
    ['The last year', '1d'],
    ['The last hour', 'raw'],
    ['The last 30 days', '1h'],
    ['The last 24 hours', '1m'],
  ] as const;
  for (const [title, resolution] of ranges) {
    const asked = page.waitForRequest(
      (request) => request.url().includes('pv_power_w') && request.url().includes(`resolution=${resolution}`),
    );
    const button = page.getByRole('button', { name: title, exact: true });
    await button.click();
    await asked;
    await page.locator(`#charts[data-resolution="${resolution}"]`).waitFor();
    await eventually(t, () => button.getAttribute('aria-pressed'), 'true', title);
  }
  t.same(faults, []);
});

inBrowser('the chart is drawn, its lines can be chosen, and dragging zooms', async (t, browser) => {
  const { page, faults } = await visit(t, browser);
  await drawn(page).waitFor();
  for (const tone of ['sun', 'house', 'battery', 'grid']) {
    const isDrawn = async () => (await page.evaluate<number>(pixelsOf(tone))) > 200;
    await eventually(t, isDrawn, true, `${tone} is drawn`);
  }
  await page.getByRole('button', { name: /^Sun/ }).click();
  await page.locator('[data-line=sun][aria-pressed=false]').waitFor();
  await charts(page, 1);
  await drawn(page).waitFor();
  const isGone = async () => (await page.evaluate<number>(pixelsOf('sun'))) < 50;
  await eventually(t, isGone, true, 'the sun is gone');
  await page.getByRole('button', { name: /^Battery charge/ }).click();
  await charts(page, 2);
  await page.getByText('More series').click();
  await page.getByLabel('Grid meter: Grid frequency').check();
  await charts(page, 3);
  t.pass('one chart a unit');
  await eventually(t, () => page.locator('.chart-message').textContent(), '', 'all that is drawn has come');

  const over = await page.locator('.u-over').first().boundingBox();
  if (over === null) throw new Error('there is no chart');
  const y = over.y + over.height / 2;
  // The whole range is asked for again now and then, with what has come since.
  const spanOf = (url: string): number => {
    const query = new URL(url).searchParams;
    return (Number(query.get('to')) - Number(query.get('from'))) / 3_600_000;
  };
  const zoomed = page.waitForRequest((request) => {
    const url = request.url();
    return url.includes('battery_power_w') && spanOf(url) > 0.5 && spanOf(url) < 20;
  });
  await page.mouse.move(over.x + over.width * 0.5, y);
  await page.mouse.down();
  await page.mouse.move(over.x + over.width * 0.75, y, { steps: 5 });
  await page.mouse.up();
  const spanHours = spanOf((await zoomed).url());
  t.ok(Math.abs(spanHours - 6) < 0.3, `a quarter of a day: ${spanHours} h`);
  const reset = page.getByRole('button', { name: 'Back to the whole range' });
  await reset.waitFor();
  await page.getByRole('button', { name: 'Closer' }).click();
  await page.getByRole('button', { name: 'Earlier' }).click();
  await reset.click();
  await reset.waitFor({ state: 'hidden' });
  t.same(faults, []);
});

inBrowser('live values are appended to the chart', async (t, browser) => {
  const { gateway, page } = await visit(t, browser);
  await drawn(page).waitFor();
  await page.getByRole('button', { name: 'The last hour', exact: true }).click();
  await page.locator('#charts[data-resolution=raw]').waitFor();
  const before = (await page.locator('#charts').getAttribute('data-points')) ?? '';
  gateway.publish(...values({ ...sunny, 'meter/grid_power_w': -4_321 }));
  await page.locator('[data-line=grid]').getByText('−4.32').waitFor();
  await page.locator(`#charts:not([data-points="${before}"])`).waitFor();
  t.pass('there are more points');
});

inBrowser('today’s energies come from the counters and count on with them', async (t, browser) => {
  const { gateway, page } = await visit(t, browser);
  await drawn(page).waitFor();
  const produced = page.locator('#today .total').first().locator('dd');
  await produced.getByText(/\d/).waitFor();
  const before = Number.parseFloat((await produced.textContent()) ?? '');
  t.ok(before > 5 && before < 60, `${before} kWh at eleven`);
  const counter = gateway.home.valueAt('inverter-1', 'pv_energy_kwh', Date.now()) ?? 0;
  gateway.publish(...values({ 'inverter-1/pv_energy_kwh': counter + 10 }));
  const after = String(Math.round((before + 10) * 10) / 10).slice(0, 2);
  await produced.getByText(after).waitFor();
  t.pass('ten more');
});
