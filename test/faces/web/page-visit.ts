import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Test } from 'tap';
import { eventually } from './eventually.ts';
import { StubGateway } from './stub-gateway.ts';

/** A browser's visit to a stub gateway, with everything that went wrong in the page. */
export interface Visit {
  readonly gateway: StubGateway;
  readonly page: Page;
  /** Errors of the console and of scripts, and what the content security policy refused. */
  readonly faults: string[];
  /** Addresses of all requests. */
  readonly requests: string[];
  /** A request of which the address ends so has been answered since the visit began, and the page has drawn since. */
  answered(address: string): Promise<void>;
}

export interface VisitWish {
  readonly gateway?: StubGateway;
  /** Signed in from the start. */
  readonly isPaired?: boolean;
  readonly path?: string;
  readonly options?: BrowserContextOptions;
}

const nextFrame = 'new Promise((resolve) => requestAnimationFrame(resolve))';

/** Opens the page; ends with the test. */
export async function visit(
  t: Pick<Test, 'match' | 'same' | 'teardown'>,
  browser: Browser,
  { gateway = new StubGateway(), isPaired = true, path = '/', options = {} }: VisitWish = {},
): Promise<Visit> {
  await gateway.listen();
  // The streams that move in the picture would take most of the time of the tests.
  const usual = { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' } as const;
  const context = await browser.newContext({ ...usual, ...options });
  t.teardown(async () => {
    await context.close();
    await gateway.close();
  });
  // What is waited for comes, on however busy a machine; the test as a whole has its limit.
  context.setDefaultTimeout(180_000);
  const page = await context.newPage();
  const faults: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // A refused or broken request is reported by the browser itself; the tests look at what the page makes of it.
    const isRequest = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isRequest) faults.push(message.text());
  });
  const finished = new Set<string>();
  page.on('request', (request) => requests.push(request.url()));
  page.on('requestfinished', (request) => finished.add(request.url()));
  if (isPaired) {
    const access = JSON.stringify({ token: await gateway.token() });
    await page.addInitScript((text: string) => localStorage.setItem('egw.access', text), access);
  }
  await page.goto(gateway.url + path);
  const answered = async (address: string): Promise<void> => {
    const isFinished = (): boolean => [...finished].some((url) => url.endsWith(address));
    await eventually(t, () => Promise.resolve(isFinished()), true, `${address} is answered`);
    for (let count = 0; count < 2; count += 1) await page.evaluate(nextFrame);
  };
  return { gateway, page, faults, requests, answered };
}
