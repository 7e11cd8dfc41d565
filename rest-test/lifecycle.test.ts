import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Api, listOf, type Json } from './api.ts';
import {
  createToken,
  killLeftovers,
  makeDataDirectory,
  refusedStart,
  removeDataDirectory,
  startGateway,
  stopGateway,
} from './gateway-process.ts';

const isElsewhere = (process.env['BASE_URL'] ?? '') !== '';

describe('the life of a gateway', { skip: isElsewhere && 'BASE_URL names one that is not ours' }, () => {
  after(killLeftovers);

  it('shows its pairing code at first start, and stops and starts without losing or repeating a reading', async () => {
    const dataDirectory = makeDataDirectory();
    const first = await startGateway(dataDirectory);
    await first.lineLike(/pairing code ([0-9A-Z]{4}-){3}[0-9A-Z]{4}/);
    const api = new Api(first.url, await createToken(dataDirectory, 'read'));
    await readingsSeen(api, 2);
    const watching = readingsSeen(api, 1_000).catch(() => 'cut');
    const { code, tookMs } = await stopGateway(first);
    assert.equal(code, 0);
    assert.ok(tookMs < 5_000, `${Math.round(tookMs)} ms`);
    await watching;

    const second = await startGateway(dataDirectory);
    assert.ok(!second.lines.some((line) => line.includes('pairing code')), 'it has a token, so an owner');
    const again = new Api(second.url, api.token);
    const before = await history(again);
    assert.ok(before.length > 0, 'what was read before is still there');
    await readingsSeen(again, 3);
    assert.equal((await stopGateway(second)).code, 0);

    const third = await startGateway(dataDirectory);
    const all = await history(new Api(third.url, api.token));
    assert.ok(all.length > before.length, 'history goes on');
    assert.deepEqual(all.slice(0, before.length), before, 'and its past stays as it was');
    const times = all.map(({ atMs }) => atMs);
    assert.equal(new Set(times).size, times.length, 'nothing is there twice');
    await stopGateway(third);
    removeDataDirectory(dataDirectory);
  });

  it('starts itself again when it is told, in the same process and with all that it had', async () => {
    const dataDirectory = makeDataDirectory();
    const gateway = await startGateway(dataDirectory);
    const api = new Api(gateway.url, await createToken(dataDirectory, 'read,admin'));
    await readingsSeen(api, 2);
    const before = await history(api);
    const asked = await api.ask('/api/v1/restart', { method: 'POST' });
    assert.deepEqual([asked.status, asked.body], [200, { restarting: true }]);
    const { address } = JSON.parse(await gateway.nthLineLike(/"msg":"listening"/, 2)) as { address: string };
    const again = new Api(address, api.token);
    await readingsSeen(again, 2);
    assert.deepEqual((await history(again)).slice(0, before.length), before);
    assert.equal((await stopGateway(gateway)).code, 0);
    removeDataDirectory(dataDirectory);
  });

  it('refuses a second instance on the same data', async () => {
    const dataDirectory = makeDataDirectory();
    const gateway = await startGateway(dataDirectory);
    const { code, said } = await refusedStart(dataDirectory);
    assert.equal(code, 6, said);
    assert.match(said, /^egw: /m);
    await stopGateway(gateway);
    removeDataDirectory(dataDirectory);
  });

  it('says in one line why it cannot start, each with an exit code of its own', async () => {
    const dataDirectory = makeDataDirectory();
    const config = join(dataDirectory, 'wrong.yaml');
    writeFileSync(config, 'http:\n  prot: 8080\n');
    const wrong = await refusedStart(dataDirectory, { EGW_CONFIG: config });
    assert.equal(wrong.code, 4, wrong.said);
    assert.match(wrong.said, /prot/);
    assert.match(wrong.said, /port/, 'the nearest known key');
    const missing = await refusedStart(dataDirectory, { EGW_CONFIG: join(dataDirectory, 'missing.yaml') });
    assert.equal(missing.code, 5, missing.said);

    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const taken = await refusedStart(dataDirectory, { EGW_PORT: String(port) });
    assert.equal(taken.code, 9, taken.said);
    assert.match(taken.said, new RegExp(String(port)));
    server.close();
    removeDataDirectory(dataDirectory);
  });
});

async function readingsSeen(api: Api, count: number): Promise<void> {
  let seen = 0;
  for await (const { type } of api.events()) {
    if (type === 'readings') seen += 1;
    if (seen >= count) return;
  }
}

async function history(api: Api): Promise<readonly Json[]> {
  const query = 'device=meter-1&quantity=grid_power_w&resolution=raw&from=1h';
  return listOf(await api.get(`/api/v1/readings?${query}`), 'rows');
}
