import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import t, { type Test } from 'tap';
import { compilePage } from './compile-page.ts';

const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const isMissing = !existsSync(chromiumPath);
const skip = isMissing
  ? `Chromium is missing: there is no ${chromiumPath} (apt-get install chromium)`
  : false;
const launchOptions = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-dev-shm-usage',
];
let browser: Browser | undefined;

// The files of these tests take longer than tap allows a file by itself.
t.setTimeout(600_000);
t.teardown(async () => {
  await browser?.close();
});

/** One test of the page in Chromium, skipped by name where there is none. */
export function inBrowser(title: string, check: (t: Test, browser: Browser) => Promise<void>): void {
  t.test(title, { skip, timeout: 240_000 }, async (t) => {
    browser ??= await launch();
    await check(t, browser);
  });
}

async function launch(): Promise<Browser> {
  compilePage();
  return await chromium.launch({ executablePath: chromiumPath, args: launchOptions });
}
