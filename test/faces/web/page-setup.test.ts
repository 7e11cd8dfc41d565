import { GatewayError } from '../../../gateway/core/errors.ts';
import { eventually, eventuallyReads } from './eventually.ts';
import { inBrowser } from './in-browser.ts';
import { visit } from './page-visit.ts';
import { StubGateway } from './stub-gateway.ts';

function ownersGateway(): StubGateway {
  const gateway = new StubGateway();
  gateway.scopes = ['read', 'control', 'jobs:run', 'admin', 'provision'];
  return gateway;
}

inBrowser(
  'the owner lets a phone in from the foot of the page, and shows it the code',
  async (t, browser) => {
    const gateway = ownersGateway();
    const { page, requests, faults } = await visit(t, browser, { gateway });
    await page.locator('#charts[data-points]:not([data-points="0"])').waitFor();
    t.same(
      requests.filter((url) => /setup|provisioning/.test(url) && !/setup-fold/.test(url)),
      [],
      'nothing of it comes before it is opened',
    );
    await page.getByText('Set-up by phone').click();
    const card = page.locator('#setup .card');
    await eventuallyReads(t, card, /Set-up by phone · closed: touch the gateway, or open it here · /);
    await eventuallyReads(t, card, /Wi-Fi · Home <b>2<\/b>, 62 % signal, 192\.168\.1\.51\/24 · /);
    await eventually(t, () => page.locator('#setup .card b').count(), 0, 'a name is no markup');
    t.notMatch(await card.innerText(), /7K3M/);
    await card.getByRole('button', { name: 'Let a phone set it up' }).click();
    await eventuallyReads(t, card, /open for another 5 min, 5 tries left/);
    t.equal(gateway.provisioning.status.door.state, 'open');
    await card.getByRole('button', { name: 'Show the code' }).click();
    await card.getByText('7K3M-9QXC-41TZ-HW0E').waitFor();
    await card.getByText('eGW ABCDEFGH').waitFor();
    const picture = page.getByRole('img', { name: 'QR code of the set-up code' });
    await eventually(t, () => picture.getAttribute('viewBox'), '0 0 11 11');
    await eventually(t, async () => Math.round((await picture.boundingBox())?.width ?? 0) > 150, true);
    await card.getByRole('button', { name: 'Close' }).click();
    await eventuallyReads(t, card, /Set-up by phone · closed/);
    await page.locator('#setup summary').click();
    await page.locator('#setup summary').click();
    await eventuallyReads(t, card, /Set-up by phone · closed/);
    await eventually(t, () => card.getByText('7K3M-9QXC-41TZ-HW0E').count(), 0, 'the code does not stay');
    t.same(faults, []);
  },
);

inBrowser(
  'everything is forgotten on the second tap, while somebody holds the button',
  async (t, browser) => {
    const gateway = ownersGateway();
    const { page, faults } = await visit(t, browser, { gateway });
    await page.getByText('Set-up by phone').click();
    const tap = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Factory reset' }).click();
      await page.getByRole('button', { name: 'Forget everything but its key?' }).click();
    };
    await tap();
    await page.getByText('nobody holds the button of the gateway (hold it)').waitFor();
    gateway.provisioning.isHeld = true;
    await tap();
    await eventually(t, async () => await Promise.resolve([...gateway.provisioning.resets]), [
      'egwegwegwegwegwe',
    ]);
    t.same(faults, []);
  },
);

inBrowser('who may not is told so, and what the gateway refuses is told in words', async (t, browser) => {
  const reader = new StubGateway();
  reader.scopes = ['read'];
  const visitor = await visit(t, browser, { gateway: reader });
  await visitor.page.getByText('Set-up by phone').click();
  await eventuallyReads(t, visitor.page.locator('#setup .note[role="status"]'), /provision/);
  await eventually(
    t,
    () => visitor.page.getByRole('button', { name: 'Let a phone set it up' }).isVisible(),
    false,
  );
  t.same(visitor.faults, []);

  const gateway = ownersGateway();
  const phone = { viewport: { width: 320, height: 700 }, isMobile: true, hasTouch: true };
  const { page, faults } = await visit(t, browser, { gateway, options: phone });
  gateway.provisioning.refusal = new GatewayError('not_found', 'there is no label', { hint: 'make one' });
  await page.getByText('Set-up by phone').click();
  await page.getByRole('button', { name: 'Show the code' }).click();
  await page.getByText('there is no label (make one)').waitFor();
  gateway.provisioning.refusal = undefined;
  await page.getByRole('button', { name: 'Show the code' }).click();
  await page.getByText('7K3M-9QXC-41TZ-HW0E').waitFor();
  gateway.provisioning.label = { ...gateway.provisioning.label, code: null, text: null, qr: [] };
  await page.getByRole('button', { name: 'Show the code' }).click();
  await page.getByText('so it is not shown').waitFor();
  await eventually(t, () => page.locator('#setup svg').count(), 0);
  await eventually(t, () => page.evaluate<number>('document.documentElement.scrollWidth'), 320);
  t.same(faults, []);
});
