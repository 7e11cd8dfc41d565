import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { FakeHome } from '../fake-home.ts';
import { openBluetoothBrowser, withoutChromium } from './bluetooth-browser.ts';
import { EmulatedBluetooth } from './emulated-bluetooth.ts';
import { buildSetupPage, createSetupPageServer, setupFile } from './setup-page-server.ts';

const pictures = process.env['EGW_PICTURES'];
const code = '7K3M-9QXC-41TZ-HW0E';
let browser: Browser | undefined;

t.setTimeout(600_000);
t.teardown(async () => {
  await browser?.close();
});
if (withoutChromium === false) buildSetupPage();

export interface Visit {
  readonly page: Page;
  readonly home: FakeHome;
  readonly bluetooth: EmulatedBluetooth;
  readonly faults: string[];
  readonly requests: string[];
}

interface VisitWish {
  readonly home?: FakeHome;
  readonly hash?: string;
  readonly isFile?: boolean;
  readonly options?: BrowserContextOptions;
}

export function inBrowser(title: string, check: (t: Test) => Promise<void>): void {
  t.test(title, { skip: withoutChromium, timeout: 240_000 }, check);
}

/** The set-up page, with one gateway in reach. */
export async function visit(
  t: Test,
  { home = new FakeHome(), hash = '', isFile = false, options = {} }: VisitWish = {},
): Promise<Visit> {
  browser ??= await openBluetoothBrowser();
  const server = createSetupPageServer();
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  const context = await browser.newContext({ viewport: { width: 800, height: 900 }, ...options });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const bluetooth = await EmulatedBluetooth.begin(await browser.newBrowserCDPSession(), page, home.gateway);
  t.teardown(async () => {
    await bluetooth.end();
    await context.close();
    await server.close();
  });
  const faults: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(`${isFile ? pathToFileURL(setupFile).href : `${address}/setup`}${hash}`);
  return { page, home, bluetooth, faults, requests };
}

export const press = async (page: Page, name: string): Promise<void> =>
  await page.getByRole('button', { name, exact: true }).click();
export const step = async (page: Page, name: string): Promise<void> =>
  await page.locator(`main[data-step="${name}"]`).waitFor();
export const saysBad = async (page: Page, text: RegExp): Promise<void> =>
  await page.locator('[role=alert]').filter({ hasText: text }).waitFor();

export async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, `setup-${name}.png`) });
}

export async function typeCode(page: Page, typed = code): Promise<void> {
  await page.getByLabel('Set-up code').fill(typed);
  await press(page, 'Check the code');
}

export async function chooseNetwork(page: Page, ssid: string): Promise<void> {
  await page.locator('.network', { hasText: ssid }).click();
}

export async function toNetworks(page: Page): Promise<void> {
  await press(page, 'Find the gateway');
  await typeCode(page);
  await page.locator('.network').first().waitFor();
}
