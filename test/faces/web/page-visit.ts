import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Test } from 'tap';
import { StubGateway } from './stub-gateway.ts';

/** A browser's visit to a stub gateway, with everything that went wrong in the page. */
export interface Visit {
  readonly gateway: StubGateway;
  readonly page: Page;
  /** Errors of the console and of scripts, and what the content security policy refused. */
  readonly faults: string[];
  /** Addresses of all requests. */
  readonly requests: string[];
}

export interface VisitWish {
  readonly gateway?: StubGateway;
  /** Signed in from the start. */
  readonly isPaired?: boolean;
  readonly path?: string;
  readonly options?: BrowserContextOptions;
}

/** Opens the page; ends with the test. */
export async function visit(
  t: Pick<Test, 'teardown'>,
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
  page.on('request', (request) => requests.push(request.url()));
  if (isPaired) {
    const access = JSON.stringify({ token: await gateway.token() });
    await page.addInitScript((text: string) => localStorage.setItem('egw.access', text), access);
  }
  await page.goto(gateway.url + path);
  return { gateway, page, faults, requests };
}
