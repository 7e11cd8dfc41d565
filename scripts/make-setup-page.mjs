// The set-up page as one file, dist/ble/client/setup.html: its script and its style are in it, and its policy lets in nothing else.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const page = join(root, 'ble/client/page');
const made = join(root, 'dist/ble/client/setup.html');

const { build, transform } = await import('esbuild');
const style = await transform(readFileSync(join(page, 'style.css'), 'utf8'), { loader: 'css', minify: true });
const script = await build({
  entryPoints: [join(page, 'main.ts')],
  absWorkingDir: root,
  bundle: true,
  write: false,
  minify: true,
  format: 'iife',
  platform: 'browser',
  target: ['chrome111', 'safari16.4'],
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
});
const styleText = style.code.trim();
// A browser ends an inline script at the first such text, wherever it stands.
const scriptText = script.outputFiles[0].text.trim().replaceAll('</script', '<\\/script');
const policy = [
  "default-src 'none'",
  `script-src '${hashOf(scriptText)}'`,
  `style-src '${hashOf(styleText)}'`,
  'img-src data:',
  'media-src blob: mediastream:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
const places = { 'default-src none': policy, style: styleText, script: scriptText };
const html = readFileSync(join(page, 'index.html'), 'utf8')
  .replaceAll(/\n\s+/g, '\n')
  .replaceAll(/default-src none|\s*\/\* (style|script) \*\/\s*/g, (place, name = place) => places[name]);

mkdirSync(dirname(made), { recursive: true });
// Several may make it at once; whoever reads it has it whole.
writeFileSync(`${made}.${process.pid}`, html);
renameSync(`${made}.${process.pid}`, made);

function hashOf(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
