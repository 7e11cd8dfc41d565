/**
 * A person with the set-up page in Chromium, and a real gateway: the page's Bluetooth is Chromium's own, whose reads and
 * writes a bridge (emulated-bluetooth.ts) hands to noble, which has the gateway's bleno service over the virtual air.
 */
import t from 'tap';
import { startChain } from '../../../bench/provisioning/chain.ts';
import type { SetupLink } from '../../../ble/client/setup-link.ts';
import { openBluetoothBrowser, withoutChromium } from '../client/page/bluetooth-browser.ts';
import { EmulatedBluetooth } from '../client/page/emulated-bluetooth.ts';
import { buildSetupPage, createSetupPageServer } from '../client/page/setup-page-server.ts';
import { stayAlive } from './stay-alive.ts';

t.setTimeout(300_000);
stayAlive();
/** Of the file: the path of a socket is short. */
const directory = t.testdir({});

t.test('a person sets a real gateway up with the page', { skip: withoutChromium }, async (t) => {
  buildSetupPage();
  const chain = await startChain(directory);
  const { gateway, phone, label } = chain;
  const browser = await openBluetoothBrowser();
  const server = createSetupPageServer();
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  const { fingerprint = '', code } = label;
  let link: SetupLink | undefined;
  const inReach = {
    gatewayId: fingerprint.slice(0, 16).toLowerCase(),
    connect: async (): Promise<SetupLink> => (link = await phone.connect()),
    loseLink: (): void => void link?.close(),
  };
  const page = await browser.newPage();
  page.setDefaultTimeout(90_000);
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  const bluetooth = await EmulatedBluetooth.begin(await browser.newBrowserCDPSession(), page, inReach);
  t.teardown(async () => {
    await bluetooth.end();
    await browser.close();
    await server.close();
    await chain.stop();
  });
  const press = async (name: string): Promise<void> =>
    await page.getByRole('button', { name, exact: true }).click();
  const join = async (password: string): Promise<void> => {
    await page.getByLabel('Password', { exact: true }).fill(password);
    await press('Join');
  };

  await page.goto(`${address}/setup#EGW1:${fingerprint}:${code}`);
  await press('Find the gateway');
  await page.locator('.network', { hasText: 'Home' }).click();
  await join('the wrong password');
  await page.locator('[role=alert]', { hasText: 'does not take the password' }).waitFor();
  await press('Try again');
  await join('the right password');
  await press('Go on');
  await press('Pair');
  await page.locator('main[data-step=Done]').waitFor();

  const token = await page.locator('#token').inputValue();
  t.match(token, /^egw_[\w-]{43}$/);
  t.equal((await gateway.wireless.state()).joined?.ssid, 'Home');
  const { body } = await gateway.owner.ask({ method: 'GET', path: '/api/v1/tokens' });
  t.match(body, { tokens: [{ label: /^my / }] });
  t.same(faults, []);
});
