import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PageAsset } from './static-assets.ts';

/** As `scripts/make-setup-page.mjs` writes it: the page has a policy of its own, with the hashes of its script and style. */
const ownPolicy = /<meta http-equiv="content-security-policy" content="([^"]+)"/;

/**
 * The page that sets a gateway up over Bluetooth, at `/setup`, and as a file to save at `/setup.html`. Nothing where it
 * was not built: the gateway does without.
 */
export function readSetupPage(path: string = builtPage()): ReadonlyMap<string, PageAsset> {
  const body = readOrNothing(path);
  const policy = ownPolicy.exec(body?.toString() ?? '')?.[1];
  if (body === undefined || policy === undefined) return new Map();
  const headers = {
    'content-security-policy': `${policy}; frame-ancestors 'none'`,
    'permissions-policy': 'bluetooth=(self), camera=(self), geolocation=(), microphone=()',
  };
  const page = { contentType: 'text/html; charset=utf-8', body, headers };
  const file = { ...headers, 'content-disposition': 'attachment; filename="setup.html"' };
  return new Map([
    ['/setup', page],
    ['/setup.html', { ...page, headers: file }],
  ]);
}

/** Run from source, the page still is that of the last build. */
function builtPage(): string {
  const top = import.meta.filename.endsWith('.ts') ? '../../../dist' : '../../..';
  return join(import.meta.dirname, top, 'ble/client/setup.html');
}

function readOrNothing(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
