import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { readSetupPage } from '../../../gateway/faces/web/setup-page.ts';
import { buildSetupPage, createSetupPageServer, setupFile } from '../../ble/client/page/setup-page-server.ts';
import { createStubGateway } from '../stub-gateway.ts';

buildSetupPage();
const html = readFileSync(setupFile, 'utf8');
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

t.test(
  'the page is one file that names no other, and its policy lets in its own script and style alone',
  (t) => {
    const [script = '', ...others] = [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(
      ([, text = '']) => text,
    );
    const [style = ''] = [...html.matchAll(/<style>([^]*?)<\/style>/g)].map(([, text = '']) => text);
    t.same(others, []);
    t.ok(script.length > 10_000 && style.length > 1_000, 'both are there');
    const policy = /content-security-policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
    t.match(policy, "default-src 'none'");
    t.ok(policy.includes(`script-src ${hashOf(script)};`));
    t.ok(policy.includes(`style-src ${hashOf(style)};`));
    t.notMatch(policy, /unsafe|https?:|\*/);
    t.notMatch(html, /<(?:script|link|img)[^>]*(?:src|href)="(?!data:)/);
    t.notMatch(
      html.replaceAll(/http:\/\/www\.w3\.org\/2000\/svg/g, ''),
      /["'`]https?:\/\/[a-z]/,
      'no other site',
    );
    t.notMatch(
      script,
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|localStorage|require\("/,
    );
    const bytes = gzipSync(html, { level: 9 }).length;
    t.comment(`${html.length} characters, ${bytes} bytes to send`);
    t.ok(bytes < 40_000, `${bytes} bytes`);
    t.end();
  },
);

t.test('the gateway serves it with a policy and leaves of its own, and as a file to save', async (t) => {
  const server = createSetupPageServer();
  t.teardown(() => server.close());
  const page = await server.inject({ url: '/setup' });
  t.equal(page.statusCode, 200);
  t.equal(page.body, html);
  t.equal(page.headers['content-type'], 'text/html; charset=utf-8');
  t.match(
    page.headers['content-security-policy'],
    /^default-src 'none'; script-src 'sha256-.*frame-ancestors 'none'$/,
  );
  t.match(page.headers['permissions-policy'], 'bluetooth=(self), camera=(self)');
  t.equal(page.headers['x-content-type-options'], 'nosniff');
  const { etag = '' } = page.headers;
  t.equal((await server.inject({ url: '/setup', headers: { 'if-none-match': etag } })).statusCode, 304);
  const file = await server.inject({ url: '/setup.html' });
  t.equal(file.headers['content-disposition'], 'attachment; filename="setup.html"');
  t.equal(file.body, html);
});

t.test('a gateway without the page starts, and says where it is', async (t) => {
  const folder = t.testdir({ 'other.html': '<!doctype html><title>no policy</title>' });
  t.equal(readSetupPage(join(folder, 'gone.html')).size, 0);
  t.equal(readSetupPage(join(folder, 'other.html')).size, 0, 'what is not the page is not served as it');
  const gateway = await createStubGateway();
  t.teardown(() => gateway.rest.close());
  const answer = await gateway.rest.inject({ url: '/setup' });
  t.equal(answer.statusCode, 404);
  t.match(answer.json(), { code: 'not_found', hint: /npm run build/ });
});
