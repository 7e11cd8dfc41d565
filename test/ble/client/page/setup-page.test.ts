/**
 * The set-up page in Chromium, from the choice of the gateway to its token. Chromium's own Bluetooth is used, over
 * DevTools' emulation (emulated-bluetooth.ts); only notifications, which that cannot send, are handed to the page.
 * Behind it is the gateway of fake-gateway.ts, which was written from the protocol's page. With EGW_PICTURES=docs/images
 * the pictures of docs/provisioning.md are taken anew.
 */
import { FakeHome } from '../fake-home.ts';
import {
  chooseNetwork,
  inBrowser,
  picture,
  press,
  saysBad,
  step,
  toNetworks,
  typeCode,
  visit,
} from './setup-visit.ts';

const pictures = process.env['EGW_PICTURES'] !== undefined;

inBrowser('from a label that was scanned to a gateway in the Wi-Fi, and its token', async (t) => {
  const home = new FakeHome();
  const options = { viewport: { width: 375, height: 720 }, deviceScaleFactor: 1.5 };
  if (pictures) home.stageMs = 1_000;
  const { page, bluetooth, faults, requests } = await visit(t, {
    home,
    hash: `#${home.gateway.label}`,
    options,
  });
  t.equal(new URL(page.url()).hash, '', 'the code is out of the address at once');
  await page.getByRole('button', { name: 'Find the gateway' }).waitFor();
  await picture(page, 'find');
  await press(page, 'Find the gateway');
  await page.locator('.network').first().waitFor();
  await picture(page, 'networks');
  await chooseNetwork(page, 'Home');
  await page.getByLabel('Password', { exact: true }).fill('right password');
  await press(page, 'Join');
  if (pictures) await page.locator('[data-state=now]', { hasText: 'address' }).waitFor();
  await picture(page, 'joining');
  await press(page, 'Go on');
  await page.getByLabel('Name of this phone or laptop').fill('Ann’s phone');
  await press(page, 'Pair');
  await step(page, 'Done');
  await page.locator('.addresses a').first().waitFor();
  await picture(page, 'done');
  t.equal(await page.locator('#token').inputValue(), home.token);
  t.equal(await page.locator('#token').getAttribute('type'), 'password', 'it is not shown to who looks on');
  t.same(await page.locator('.addresses a').allInnerTexts(), home.addresses);
  t.same(home.labels, ['Ann’s phone']);
  t.match(home.wishes, [{ ssid: 'Home', password: 'right password', isHidden: false }]);
  t.equal(home.timeSet, undefined);
  t.same(bluetooth.prompts, [1], 'the filter has let the gateway through');
  t.same(faults, []);
  t.equal(
    requests.filter((url) => !url.startsWith('data:')).length,
    1,
    'nothing but the page itself was loaded',
  );
  t.same(
    await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]'),
    [0, 0, ''],
    'nothing is kept',
  );
});

inBrowser('from a file, with a code that is typed, over a wrong code and a wrong password', async (t) => {
  const { page, home, faults } = await visit(t, {
    isFile: true,
    options: { viewport: { width: 375, height: 720 }, deviceScaleFactor: 1.5 },
  });
  home.timeIsTrusted = false;
  await press(page, 'Find the gateway');
  await page.getByLabel('Set-up code').pressSequentially('7k3m9qxc41tzhw0e');
  await picture(page, 'verify');
  await typeCode(page, '7K3M-9QXC');
  await saysBad(page, /there are 8/);
  await typeCode(page, '0000-0000-0000-0000');
  await saysBad(page, /not the code of this gateway/);
  await page.getByRole('button', { name: 'Wait 1 s' }).waitFor();
  await typeCode(page, '7k3m 9qxc 4itz hwOe');
  await chooseNetwork(page, 'Home');
  t.equal(await page.getByRole('button', { name: 'Join', exact: true }).isDisabled(), true);
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  t.match(await page.locator('#password-help').innerText(), /5 so far/);
  await page.getByLabel('Password', { exact: true }).fill('wrong password');
  await page.getByLabel('Show the password').check();
  t.equal(await page.getByLabel('Password', { exact: true }).getAttribute('type'), 'text');
  await press(page, 'Join');
  await saysBad(page, /does not take the password/);
  t.match(await page.locator('[role=alert]').innerText(), /back in “Upstairs”/);
  await press(page, 'Try again');
  t.equal(
    await page.getByLabel('Password', { exact: true }).inputValue(),
    'wrong password',
    'to be corrected',
  );
  await page.getByLabel('Password', { exact: true }).fill('right password');
  await press(page, 'Join');
  await press(page, 'Go on');
  await step(page, 'Pair');
  t.ok(Math.abs(Number(home.timeSet) - Date.now()) < 60_000, 'the gateway was told the time');
  t.same(faults, []);
});

inBrowser(
  'the link is lost while a network is joined: the page comes back, and knows what became of it',
  async (t) => {
    const home = new FakeHome();
    const { page, bluetooth, faults } = await visit(t, { home, hash: `#${home.gateway.label}` });
    home.onStage = (stage) => {
      if (stage === 'address') void bluetooth.loseLink();
    };
    await press(page, 'Find the gateway');
    await chooseNetwork(page, 'Home');
    await page.getByLabel('Password', { exact: true }).fill('right password');
    await press(page, 'Join');
    await page.locator('.panel.good', { hasText: 'The gateway is in “Home”' }).waitFor();
    t.equal(home.gateway.linksMade, 2);
    t.equal(home.wishes.length, 1, 'it was asked for once');
    t.equal(await page.locator('#notice').isHidden(), true);
    t.same(faults, []);
  },
);

inBrowser(
  'open, hidden, known and unsupported networks, and one that wants a person to sign in',
  async (t) => {
    const { page, home } = await visit(t);
    await toNetworks(page);
    t.equal(await page.locator('.network', { hasText: 'Company' }).isDisabled(), true);
    await chooseNetwork(page, 'Upstairs');
    t.match(await page.locator('#password-help').innerText(), /knows this password/);
    await press(page, 'Back to the list');
    await press(page, 'Another network…');
    await page.getByLabel('Name of the network').fill('Hidden');
    await page.getByLabel('Password', { exact: true }).fill('a long password');
    await press(page, 'Join');
    await page.locator('.panel.good').waitFor();
    t.match(home.wishes, [{ ssid: 'Hidden', password: 'a long password', isHidden: true }]);
    await press(page, 'Go on');
  },
);

inBrowser('a code that the camera reads needs no typing, and the camera is off again', async (t) => {
  const { page, home, faults } = await visit(t);
  // Chromium on Linux reads no QR codes: this stands for what Android has.
  await page.evaluate((label: string) => {
    let looks = 0;
    class BarcodeDetector {
      async detect(video: { readonly videoWidth: number }): Promise<readonly { rawValue: string }[]> {
        looks += video.videoWidth > 0 ? 1 : 0;
        return looks > 2 ? [{ rawValue: label }] : [];
      }
    }
    Object.assign(globalThis, { BarcodeDetector });
  }, home.gateway.label);
  await press(page, 'Find the gateway');
  await press(page, 'Scan the QR code');
  await page.locator('video').waitFor();
  await page.locator('.network').first().waitFor();
  t.equal(await page.locator('video').count(), 0);
  t.same(faults, []);
});

inBrowser('a network that wants a person to sign in is joined, and said to be so', async (t) => {
  const { page, home } = await visit(t);
  await toNetworks(page);
  await chooseNetwork(page, 'Hotel');
  await page.locator('.panel.warn', { hasText: 'no password' }).waitFor();
  await press(page, 'Join');
  await page.locator('.panel.warn', { hasText: 'wants a person to sign in' }).waitFor();
  t.same(home.wishes, [{ ssid: 'Hotel', isHidden: false }], 'without a password, none is sent');
  await press(page, 'Go on');
  await step(page, 'Pair');
});

inBrowser('a gateway on a cable goes on without Wi-Fi; one without a radio needs a cable', async (t) => {
  const home = new FakeHome();
  home.isOnCable = true;
  const { page, bluetooth } = await visit(t, { home, hash: `#${home.gateway.label}` });
  await press(page, 'Find the gateway');
  await press(page, 'Go on without Wi-Fi');
  await step(page, 'Pair');

  await bluetooth.end();

  const wired = new FakeHome();
  wired.hasWireless = false;
  const other = await visit(t, { home: wired, hash: `#${wired.gateway.label}` });
  await press(other.page, 'Find the gateway');
  await other.page.locator('.panel.warn', { hasText: 'has no Wi-Fi' }).waitFor();
});

inBrowser('refusals at the door are told with what to do', async (t) => {
  for (const [spoil, text] of [
    [(home: FakeHome) => void (home.gateway.door = 0), /lets nobody set it up/],
    [(home: FakeHome) => void (home.gateway.door = 3), /Too many wrong codes/],
    [(home: FakeHome) => void (home.gateway.isBusy = true), /Another phone/],
  ] as const) {
    const home = new FakeHome();
    spoil(home);
    const { page, bluetooth } = await visit(t, { home, hash: `#${home.gateway.label}` });
    await press(page, 'Find the gateway');
    await saysBad(page, text);
    await step(page, 'Find');
    await bluetooth.end();
  }
});

inBrowser('somebody else’s gateway under the name of the label is refused', async (t) => {
  const home = new FakeHome();
  const label = home.gateway.label.replace(
    /:.{20}/,
    (start) => `${start.slice(0, -1)}${start.endsWith('A') ? 'B' : 'A'}`,
  );
  const { page } = await visit(t, { home, hash: `#${label}` });
  await press(page, 'Find the gateway');
  await saysBad(page, /not the gateway of the code that was scanned/);
  t.same(
    home.gateway.framesGot.map(([type]) => type),
    [1],
    'nothing that follows from the code was sent',
  );
});

inBrowser('no gateway chosen, a code that is damaged, and Bluetooth that is off', async (t) => {
  const { page, bluetooth } = await visit(t, { hash: '#EGW1:DAMAGED' });
  await saysBad(page, /damaged/);
  bluetooth.choice = 'none';
  await press(page, 'Find the gateway');
  await page.locator('.panel.warn', { hasText: 'No gateway was chosen' }).waitFor();
  await bluetooth.setAdapter('absent');
  await page.reload();
  await page.locator('.panel.warn', { hasText: 'Bluetooth is switched off' }).waitFor();
  await bluetooth.setAdapter('powered-on');
  await page.getByRole('button', { name: 'Find the gateway' }).waitFor();
});

inBrowser('no screen is wider than a small phone, in light and dark', async (t) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const options = { viewport: { width: 320, height: 640 }, colorScheme };
    const { page, bluetooth } = await visit(t, { options });
    const isTooWide = (): Promise<boolean> =>
      page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
    t.equal(await isTooWide(), false, 'find');
    await press(page, 'Find the gateway');
    await page.getByLabel('Set-up code').waitFor();
    t.equal(await isTooWide(), false, 'check');
    await typeCode(page);
    await page.locator('.network').first().waitFor();
    t.equal(await isTooWide(), false, 'networks');
    await chooseNetwork(page, 'Home');
    t.equal(await isTooWide(), false, 'password');
    await page.getByLabel('Password', { exact: true }).fill('right password');
    await page.keyboard.press('Enter');
    await press(page, 'Go on');
    t.equal(await isTooWide(), false, 'pair');
    await press(page, 'Pair');
    await step(page, 'Done');
    t.equal(await isTooWide(), false, 'done');
    await bluetooth.end();
  }
});
