// Every route of the API with every kind of credential, good and bad; see test/faces/rest/auth-matrix.ts.
import { figure, run } from './figure.mjs';

export async function measureAuth() {
  const { code, output } = await run(
    '--no-warnings',
    '--input-type=module',
    '--eval',
    `import { runAuthMatrix } from './test/faces/rest/auth-matrix.ts';
     console.log(JSON.stringify(await runAuthMatrix()));`,
  );
  if (code !== 0) return figure('auth-matrix', code, 'exit code', false);
  const { routes, requests, admitted, faults } = JSON.parse(output);
  for (const fault of faults) console.log(`  ${fault}`);
  figure('auth-requests', requests, `of ${routes} routes`, requests > 20 * routes && admitted > routes);
  figure('auth-holes', faults.length, 'let in, not noted, or something changed', faults.length === 0);
}
