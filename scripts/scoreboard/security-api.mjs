// S18: requests that are right, nearly right and hostile, to every command; see test/faces/rest/api-fuzz.ts. S16: a
// gateway that is pestered while it reads; see bench/pestered.ts.
import { bench, figure, run } from './figure.mjs';

const requests = 100_000;
const secondsMax = 180;

export async function measureApi() {
  const startedMs = performance.now();
  const seed = Number(process.hrtime.bigint() % 2n ** 31n);
  const { code, output } = await run(
    '--no-warnings',
    '--input-type=module',
    '--eval',
    `import { runApiFuzz } from './test/faces/rest/api-fuzz.ts';
     console.log(JSON.stringify(await runApiFuzz({ requests: ${requests}, seed: ${seed} })));`,
  );
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  if (code !== 0) console.log(`  seed ${seed}`);
  figure('api-requests-answered-wrongly', code === 0 ? 0 : 1, `of ${requests}`, code === 0);
  if (code === 0) console.log(`  ${JSON.stringify(JSON.parse(output).byStatus)}`);
  figure('api-requests-took', seconds, 's', seconds <= secondsMax);
  await bench('pestered', '--seconds', '30');
}
