/** A real Prometheus scrapes what the gateway would say, and is asked for it again. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { quantityNames } from '../../gateway/core/quantity.ts';
import {
  contentTypes,
  exposition,
  type ExpositionFormat,
} from '../../gateway/features/publish-metrics/exposition.ts';
import { readingMetrics } from '../../gateway/features/publish-metrics/reading-metrics.ts';
import { figure, freePort, startProgram } from './started-program.ts';

const directory = mkdtempSync(join(tmpdir(), 'egw-prometheus-'));
const [port, scrapedPort] = [await freePort(), await freePort()];
const url = `http://127.0.0.1:${port}`;
const token = 'a-token';
const scrapesMax = 100;

/** Every quantity that there is, of a device with an awkward name, and one name that is none of ours. */
const values = [...quantityNames, 'a"b\\c\nd'].map((quantity, index) => ({
  device: 'me"ter\\\n1',
  quantity,
  atMs: 0,
  toldMs: 0,
  value: index / 7 - 3,
  quality: 'good' as const,
  stored: true,
}));

const families = readingMetrics(values, 0, () => undefined);
const server = createServer((request, response) => {
  const format: ExpositionFormat =
    request.url === '/metrics?format=openmetrics' ? 'openmetrics' : 'prometheus';
  if (request.headers.authorization !== `Bearer ${token}`) response.writeHead(401).end();
  else response.writeHead(200, { 'content-type': contentTypes[format] }).end(exposition(families, format));
}).listen(scrapedPort, '127.0.0.1');
await once(server, 'listening');

/** By job and quantity, what Prometheus has now. */
async function scraped(): Promise<ReadonlyMap<string, number>> {
  const asked = await fetch(`${url}/api/v1/query?query=${encodeURIComponent('{__name__=~"egw_.+"}')}`);
  const { data } = (await asked.json()) as {
    data: { result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  return new Map(
    data.result
      .filter(({ metric }) => metric['device'] === values[0]?.device)
      .map(({ metric, value }) => [`${metric['job'] ?? ''} ${metric['quantity'] ?? ''}`, Number(value[1])]),
  );
}

async function measure(): Promise<void> {
  const formats = ['prometheus', 'openmetrics'];
  const wanted = values.length * formats.length;
  let have = await scraped();
  for (let scrapes = 0; have.size < wanted && scrapes < scrapesMax; scrapes += 1) {
    await wait(200);
    have = await scraped();
  }
  const wrong = formats.flatMap((job) =>
    values.filter(({ quantity, value }) => have.get(`${job} ${quantity}`) !== value),
  );
  figure('prometheus-values-wrong-or-missing', wrong.length, `of ${wanted}`, wrong.length === 0);
}

const config = join(directory, 'prometheus.yml');
const job = (name: string): object => ({
  job_name: name,
  scrape_interval: '1s',
  scrape_timeout: '1s',
  params: { format: [name] },
  authorization: { credentials: token },
  static_configs: [{ targets: [`127.0.0.1:${scrapedPort}`] }],
});
// JSON is YAML.
writeFileSync(config, JSON.stringify({ scrape_configs: [job('prometheus'), job('openmetrics')] }));
const words = [
  `--config.file=${config}`,
  `--storage.tsdb.path=${directory}/data`,
  `--web.listen-address=127.0.0.1:${port}`,
];
const program = await startProgram('prometheus', words, `${url}/-/ready`);
if (program === undefined) figure('prometheus-skipped-it-is-not-installed', 0, 'values', false);
else
  try {
    await measure();
  } finally {
    await program.stop();
  }
server.close();
rmSync(directory, { recursive: true, force: true });
