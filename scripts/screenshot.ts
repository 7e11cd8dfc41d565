// node scripts/screenshot.ts URL TOKEN out.png [WIDTHxHEIGHT] [dark] [#/devices]: a picture of a running gateway's page.
import { chromium } from 'playwright-core';

const [url, token, path, ...options] = process.argv.slice(2);
if (url === undefined || token === undefined || path === undefined) {
  console.error('usage: node scripts/screenshot.ts URL TOKEN out.png [WIDTHxHEIGHT] [dark] [#/devices]');
  process.exit(2);
}
const size = options.find((option) => /^\d+x\d+$/.test(option)) ?? '1280x800';
const [width = 1280, height = 800] = size.split('x').map(Number);
const hash = options.find((option) => option.startsWith('#/')) ?? '#/home';

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
try {
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: options.includes('dark') ? 'dark' : 'light',
    deviceScaleFactor: 2,
  });
  await page.addInitScript((secret: string) => {
    localStorage.setItem('egw.access', JSON.stringify({ token: secret }));
  }, token);
  await page.goto(url + hash);
  await page.locator('#connection[data-state=live]').waitFor();
  if (hash === '#/home') await page.locator('#charts[data-points]:not([data-points="0"])').waitFor();
  // Numbers come with the next beats, and the charts settle.
  await page.waitForTimeout(3_000);
  await page.screenshot({ path });
} finally {
  await browser.close();
}
