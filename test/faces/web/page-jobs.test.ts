import type { Locator, Page } from 'playwright-core';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { eventually, eventuallyReads } from './eventually.ts';
import { inBrowser } from './in-browser.ts';
import { visit } from './page-visit.ts';
import { StubGateway } from './stub-gateway.ts';
import { fillJobQueue } from './stub-job-queue.ts';

const job = (page: Page, id: number): Locator => page.locator(`[data-job="${id}"]`);

function gatewayWithJobs(): StubGateway {
  const gateway = new StubGateway();
  gateway.scopes = ['read', 'jobs:run'];
  fillJobQueue(gateway.jobs, Date.now());
  return gateway;
}

inBrowser(
  'the view of jobs tells when each runs and why, what ran, what it saved, and follows changes',
  async (t, browser) => {
    const gateway = gatewayWithJobs();
    const { page, requests, faults } = await visit(t, browser, { gateway });
    await page.locator('#charts[data-points]:not([data-points="0"])').waitFor();
    const next = page.locator('[data-card=jobs]');
    await next.getByText('Train the forecast').waitFor();
    await eventuallyReads(t, next, /Next jobs · Train the forecast · runs .* and 1 more/);
    const early = requests.filter((url) => /jobs(-view|\.css|\/outlook)/.test(url));
    t.same(early, [], 'nothing of the view comes before it is opened');
    await page.getByRole('link', { name: 'Jobs' }).click();
    await job(page, 22).getByText('waits for cleaner power').waitFor();
    await eventuallyReads(t, job(page, 21), /Train the forecast · running for 42 min · until about .*, due /);
    await eventuallyReads(t, job(page, 22), /Backup · waiting · starts .*, at the latest /);
    await eventuallyReads(t, job(page, 20), /done 4 h .* ago .*CO₂: 18 g saved, cost: 1\.7 ct saved/);
    await eventuallyReads(
      t,
      page.locator('.savings'),
      /CO₂ · 18 g · 62 % of 30 g; .*Jobs run · 1 · with 0\.36 kWh/,
    );
    await eventuallyReads(t, page.locator('.outlook-readout'), /^Now \d+ g CO₂\/kWh, .*Cleanest /);
    for (const [what, count] of [
      ['.curve.carbon.known', 1],
      ['.curve.carbon.forecast', 1],
      ['.plan-slot', 5],
    ] as const) {
      await eventually(t, () => page.locator(what).count(), count, what);
    }
    for (const what of ['.red-day', '.plan-window']) {
      await page.locator(what).first().waitFor({ state: 'attached' });
    }

    gateway.jobs.put(22, { state: 'done', endedMs: Date.now() });
    await job(page, 22).getByText(/^done/).waitFor();
    await eventuallyReads(t, page.locator('#jobs .card > .unseen[role=status]'), '1 job runs, 2 wait.');

    gateway.jobs.list = () =>
      Promise.reject(new GatewayError('storage_failed', 'the database does not answer', { hint: 'wait' }));
    await page.getByText(/These may be old: the database does not answer/).waitFor();
    t.equal(await job(page, 21).isVisible(), true, 'what was known stays');
    t.same(faults, []);
  },
);

inBrowser(
  'a tap on a job shows its runs and its output, and it is started, cancelled and added',
  async (t, browser) => {
    const gateway = gatewayWithJobs();
    const { page, faults } = await visit(t, browser, { gateway, path: '/#/jobs' });
    await job(page, 19).locator('summary').click();
    await job(page, 19).getByText('cannot reach the server').waitFor();
    await eventuallyReads(
      t,
      job(page, 19),
      /Run 1 · .*failed \(exit code 3\).*Run 2 · .*was ended \(SIGKILL\)/,
    );
    await eventually(
      t,
      () => job(page, 19).locator('.job-output').innerText(),
      'cannot reach the server\n',
      'without its colours',
    );
    await page.getByText('Add a job').waitFor();
    t.equal(
      await job(page, 19)
        .getByRole('button', { name: /^Cancel/ })
        .count(),
      0,
    );

    await job(page, 22).locator('summary').focus();
    await page.keyboard.press('Enter');
    await job(page, 22).getByRole('button', { name: 'Run Backup now' }).click();
    await page.getByText('The job is started.').waitFor();
    await job(page, 22)
      .getByText(/^running for/)
      .waitFor();
    // The second is asked for when all of the first has been shown.
    for (let count = 0; count < 2; count += 1) {
      const asked = page.waitForResponse(/\/jobs\?states=done/);
      gateway.jobs.put(22);
      await asked;
    }
    t.equal(await page.getByText('The job is started.').isVisible(), true, 'what is asked again leaves it');
    const cancel = job(page, 22).getByRole('button', { name: /^Cancel/ });
    await cancel.click();
    await job(page, 22).getByText('Cancel for good?').waitFor();
    t.equal((await gateway.jobs.show(22)).state, 'running', 'one tap cancels nothing');
    await cancel.click();
    await job(page, 22)
      .getByText(/^cancelled/)
      .waitFor();
    t.equal((await gateway.jobs.show(22)).state, 'cancelled');

    await page.getByText('Add a job').click();
    const form = page.locator('.job-form');
    const line = form.getByRole('combobox', { name: 'Command line' });
    await eventually(t, () => line.inputValue(), 'backup.sh --all');
    await form.getByLabel('It takes').fill('forty');
    await form.getByRole('button', { name: 'Add' }).click();
    await page.getByText(/--estimate "forty" cannot be read/).waitFor();
    await form.getByLabel('It takes').fill('45m');
    await form.getByLabel('Waits for').fill('carbon and not-red');
    await page.keyboard.press('Enter');
    await page.getByText(/^Job 25 is taken: /).waitFor();
    await job(page, 25).getByText('backup.sh --all').first().waitFor();
    const { definition, owner } = await gateway.jobs.show(25);
    t.match(definition, { command: { line: 'backup.sh --all' }, estimateMs: 2_700_000 });
    t.same(
      definition.when.map(({ kind }) => kind),
      ['carbon', 'not_red'],
    );
    t.match(owner, /^token:/);
    t.same(faults, []);
  },
);

inBrowser('who may only look has no buttons and no form, and is told why', async (t, browser) => {
  const gateway = gatewayWithJobs();
  gateway.scopes = ['read'];
  const { page, faults } = await visit(t, browser, { gateway, path: '/#/jobs' });
  await page.getByText('lacks the scope jobs:run').waitFor();
  await job(page, 22).locator('summary').click();
  await job(page, 22).getByText('Waits for', { exact: true }).waitFor();
  t.equal(await page.locator('#jobs button:visible').count(), 0);
  t.equal(await page.getByText('Add a job').isVisible(), false);
  t.same(faults, []);
});

inBrowser(
  'without jobs the view says how to give the first, and without a grid why; any command can be typed where that is allowed',
  async (t, browser) => {
    const gateway = new StubGateway();
    gateway.scopes = ['read', 'jobs:run'];
    gateway.jobsSettings = { ...gateway.jobsSettings, remoteCommands: 'any' };
    gateway.signals.forget('no source of the grid is configured');
    const { page, answered, faults } = await visit(t, browser, { gateway, path: '/#/jobs' });
    await page.getByText('egw run --estimate 2h').waitFor();
    await page.getByText('Carbon is not known now: no source of the grid is configured').waitFor();
    t.equal(await page.locator('.outlook-plot').isVisible(), false);
    await answered('/jobs/savings');
    t.equal(await page.locator('.savings').isVisible(), false);

    await page.getByText('Add a job').click();
    await page.locator('input[list=job-lines]').fill('echo <b>hi</b>');
    await page.getByLabel('It takes').fill('1h');
    await page.getByLabel('Done by').fill('2001-01-01T00:00');
    await page.keyboard.press('Enter');
    await page.getByText(/--deadline .* has passed/).waitFor();
    await page.getByLabel('Done by').fill('');
    await page.getByRole('button', { name: 'Add' }).click();
    await job(page, 1).getByText('echo <b>hi</b>').first().waitFor();
    t.equal(await page.getByText('egw run --estimate 2h').isVisible(), false);
    t.same(faults, []);
  },
);

inBrowser(
  'names, commands and output from outside are text, and nothing goes over the edge of a phone',
  async (t, browser) => {
    const gateway = gatewayWithJobs();
    const evil = '<img src=x onerror="window.hacked=1">';
    const long = `${evil}${'a-very-long-name-without-any-place-to-break-it-'.repeat(4)}`;
    gateway.jobs.put(22, { remark: long, warnings: [long] }, { name: long, command: { line: long } });
    gateway.jobs.runs.set(22, gateway.jobs.runs.get(20) ?? []);
    gateway.jobs.outputs.set(22, `${long}\u001b]0;title\u0007\u202e${long}`);
    gateway.signals.unknown.carbon = long;
    const phone = { viewport: { width: 320, height: 700 }, isMobile: true, hasTouch: true };
    const { page, faults } = await visit(t, browser, { gateway, path: '/#/jobs', options: phone });
    await job(page, 22).locator('summary').click();
    await job(page, 22).locator('pre').getByText('very-long').waitFor();
    await page.getByText('As a table').click();
    await page
      .getByRole('table', { name: 'What comes' })
      .getByText(/^\d+\sg CO₂\/kWh \(forecast\)$/)
      .first()
      .waitFor();
    t.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), 320);
    t.notMatch(await job(page, 22).locator('pre').innerText(), /[\u0000-\u0008\u001b\u202e]/);
    t.equal(await page.locator('img').count(), 0);
    t.equal(await page.evaluate<unknown>('window.hacked'), undefined);
    t.same(faults, []);
  },
);
