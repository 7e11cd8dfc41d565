// S23: secrets that get out, files and routes that are open, and what ships.
import { readFileSync } from 'node:fs';
import { figure, figuresOf, run } from './figure.mjs';

const packagesMax = 220;

export async function measureSecrets() {
  await figuresOf('secret-hunt', '--no-warnings', 'scripts/scoreboard/security-secrets.ts');
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const shipped = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
  figure('production-packages', shipped.length, 'packages', shipped.length <= packagesMax);
  const { allowScripts = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
  const unjudged = shipped
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path.replace(/^.*node_modules\//, ''))
    .filter((name) => !Object.hasOwn(allowScripts, name));
  figure('install-scripts-not-judged', unjudged.length, 'packages', unjudged.length === 0);
  const { code } = await run('scripts/make-sbom.mjs');
  const bill = code === 0 ? readFileSync('dist/egw.cdx.json', 'utf8') : '';
  const components = code === 0 ? JSON.parse(bill).components.length : 0;
  figure('bill-of-materials', components, 'components', components > 0 && !bill.includes(process.cwd()));
}
