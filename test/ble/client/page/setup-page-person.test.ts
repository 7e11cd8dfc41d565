/** What a person meets beside the straight way: what the page says then, and what there is to do next. */
import type { Page } from 'playwright-core';
import { FakeHome } from '../fake-home.ts';
import {
  chooseNetwork,
  inBrowser,
  press,
  saysBad,
  step,
  toNetworks,
  typeCode,
  visit,
} from './setup-visit.ts';

const resetFold = async (page: Page): Promise<void> =>
  await page.locator('summary', { hasText: 'factory reset' }).click();
const says = async (page: Page, text: RegExp): Promise<void> =>
  await page.locator('main').filter({ hasText: text }).waitFor();

async function toPair(page: Page): Promise<void> {
  await toNetworks(page);
  await chooseNetwork(page, 'Hotel');
  await press(page, 'Join');
  await press(page, 'Go on');
  await step(page, 'Pair');
}

inBrowser('a factory reset is asked for twice, and wants the button held', async (t) => {
  const { page, home, faults } = await visit(t);
  await toNetworks(page);
  await resetFold(page);
  await press(page, 'Let its light flicker');
  await says(page, /flickers for ten seconds/);
  await press(page, 'Factory reset');
  await says(page, /Everything but its key will be gone/);
  await press(page, 'Keep it as it is');
  await page.getByRole('button', { name: 'Forget everything' }).waitFor({ state: 'detached' });
  t.notOk(home.gateway.verbsAsked.includes('factory-reset'), 'once is not enough');
  await press(page, 'Factory reset');
  await press(page, 'Forget everything');
  await saysBad(page, /Nobody holds the button/);
  home.isHeld = true;
  await press(page, 'Forget everything');
  await page.getByRole('heading', { name: 'The gateway forgets everything' }).waitFor();
  t.same(home.resets, [home.gateway.gatewayId]);
  await press(page, 'Set it up anew');
  await press(page, 'Find the gateway');
  t.equal(await page.getByLabel('Set-up code').inputValue(), '', 'the code is asked for anew');
  t.same(faults, []);
});

inBrowser('the last wrong code is said to be the last', async (t) => {
  const home = new FakeHome();
  home.gateway.triesLeft = 2;
  const { page } = await visit(t, { home });
  await press(page, 'Find the gateway');
  await typeCode(page, '0000-0000-0000-0000');
  await says(page, /After one more wrong code, somebody must touch/);
  await page.getByRole('button', { name: 'Check the code' }).waitFor();
  await typeCode(page, '0000-0000-0000-0000');
  await says(page, /It was the last try/);
  t.equal(home.gateway.triesLeft, 0);
});

inBrowser('the text of a QR code may stand behind a long address', async (t) => {
  const { page, home } = await visit(t);
  const address = `https://example.org/${'set-up/'.repeat(25)}`;
  await press(page, 'Find the gateway');
  await page.getByLabel('Set-up code').focus();
  await page.keyboard.insertText(`${address}#${home.gateway.label}`);
  await page.keyboard.press('Enter');
  await page.locator('.network').first().waitFor();
  t.ok(address.length > 190);
});

inBrowser('a camera that this browser cannot read with leaves the keyboard', async (t) => {
  const { page, faults } = await visit(t);
  await page.evaluate(() => {
    class BarcodeDetector {
      detect(): Promise<never> {
        return Promise.reject(new Error('Barcode detection service unavailable.'));
      }
    }
    Object.assign(globalThis, { BarcodeDetector });
  });
  await press(page, 'Find the gateway');
  await press(page, 'Scan the QR code');
  await says(page, /cannot read the QR code.\s*Type the code/);
  await typeCode(page);
  await page.locator('.network').first().waitFor();
  t.same(faults, []);
});

inBrowser('an answer to the pairing that is lost is told as such', async (t) => {
  const { page, home, bluetooth } = await visit(t);
  await toPair(page);
  const { verbs } = home.gateway;
  let given = 0;
  home.gateway.verbs = {
    ...verbs,
    'pair-key': async (input) => {
      given += 1;
      // When the phone knows that it has asked.
      if (given === 1) {
        await new Promise((resolve) => setTimeout(resolve, 300));
        await bluetooth.loseLink();
      }
      return verbs['pair-key']?.(input);
    },
  };
  await press(page, 'Pair');
  await saysBad(page, /link was lost/);
  await says(page, /a token that did not arrive/);
  await press(page, 'Pair');
  await step(page, 'Done');
  t.equal(given, 2);
});

inBrowser(
  'a browser without a clipboard shows the token; a page for its machine alone is said how to open',
  async (t) => {
    const home = new FakeHome();
    home.isLocalOnly = true;
    const { page, faults } = await visit(t, { home });
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await toPair(page);
    await press(page, 'Pair');
    await step(page, 'Done');
    await press(page, 'Copy');
    await page.locator('#token[type=text]').waitFor();
    t.equal(await page.evaluate('getSelection().toString()'), home.token, 'marked, to be copied by hand');
    await says(page, /http\.host: 0\.0\.0\.0 in its egw\.yaml/);
    t.same(faults, []);
  },
);

inBrowser('the token is there before the gateway has said where its page is', async (t) => {
  const { page, home } = await visit(t);
  await toPair(page);
  const { verbs } = home.gateway;
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  home.gateway.verbs = {
    ...verbs,
    status: async (input) => {
      await answered;
      return verbs['status']?.(input);
    },
  };
  await press(page, 'Pair');
  await step(page, 'Done');
  t.equal(await page.locator('#token').inputValue(), home.token);
  t.equal(await page.locator('.addresses a').count(), 0);
  answer();
  await page.locator('.addresses a').first().waitFor();
});

inBrowser('names with markup stay text, from the list to the end', async (t) => {
  const home = new FakeHome();
  const ssid = '<img src=x onerror=alert(1)>';
  home.networks = [{ ssid, signalPct: 60, security: 'open', isKnown: false, isJoined: false }];
  const { page, faults } = await visit(t, { home });
  await toNetworks(page);
  await chooseNetwork(page, ssid);
  await press(page, 'Join');
  await says(page, /The gateway is in “<img src=x onerror=alert\(1\)>”/);
  await page.locator('#spoken', { hasText: 'The gateway is in' }).waitFor({ state: 'attached' });
  t.equal(await page.locator('img').count(), 0);
  t.same(faults, []);
});

inBrowser('the keyboard is enough, and slow answers are waited for', async (t) => {
  const home = new FakeHome();
  const { verbs } = home.gateway;
  const late = Object.entries(verbs).map(([verb, run]) => [
    verb,
    async (input: Readonly<Record<string, unknown>>) => {
      await new Promise((resolve) => setTimeout(resolve, 700));
      return run(input);
    },
  ]);
  home.gateway.verbs = Object.fromEntries(late) as typeof verbs;
  const { page, faults } = await visit(t, { home, isFile: true, hash: `#${home.gateway.label}` });
  t.equal(new URL(page.url()).hash, '', 'also of a file');
  const reach = async (text: string): Promise<void> => {
    await page.getByRole('button', { name: text }).first().waitFor();
    for (let presses = 0; presses < 20; presses += 1) {
      const now = await page.evaluate('document.activeElement?.closest("button")?.textContent ?? ""');
      if (String(now).startsWith(text)) {
        await page.keyboard.press('Enter');
        return;
      }
      await page.keyboard.press('Tab');
    }
    t.fail(`the keyboard does not reach ${text}`);
  };
  await reach('Find the gateway');
  await reach('Home');
  await page.getByLabel('Password', { exact: true }).waitFor();
  await page.keyboard.type('right password');
  await page.keyboard.press('Enter');
  await reach('Go on');
  await reach('Pair');
  await step(page, 'Done');
  await reach('Copy');
  t.same(faults, []);
});
