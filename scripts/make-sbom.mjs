// npm run sbom: the bill of materials (CycloneDX) of what ships, without what only builds and tests it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'dist');
const text = execFileSync('npm', ['sbom', '--omit=dev', '--sbom-format=cyclonedx'], {
  cwd: join(import.meta.dirname, '..'),
  encoding: 'utf8',
  maxBuffer: 64 * 1_048_576,
  stdio: ['ignore', 'pipe', 'ignore'],
});
const { components } = JSON.parse(text);
mkdirSync(folder, { recursive: true });
const path = join(folder, 'egw.cdx.json');
writeFileSync(path, text);
console.log(`${path}: ${components.length} components`);
