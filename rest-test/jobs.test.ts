import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Api, assertProblem, listOf, type Json } from './api.ts';
import {
  createToken,
  killLeftovers,
  makeDataDirectory,
  removeDataDirectory,
  runVerb,
  startGateway,
  stopGateway,
} from './gateway-process.ts';

const isElsewhere = (process.env['BASE_URL'] ?? '') !== '';
const triesMax = 300;
/** A house never gives that much. */
const never = 'own-export:100000';
const run = ['run', '--estimate', '2h', '--when', never];

describe('jobs', { skip: isElsewhere && 'BASE_URL names a gateway that is not ours' }, () => {
  after(killLeftovers);

  it('are added by the owner, run and read by who may, and wait on when the gateway is told to stop', async () => {
    const dataDirectory = makeDataDirectory();
    const gateway = await startGateway(dataDirectory);
    const api = new Api(gateway.url, await createToken(dataDirectory, 'read,jobs:run'));
    const line = [...run, '--commandline', 'echo hi; echo "a b" >&2', '--json'];
    const added = JSON.parse(await runVerb(dataDirectory, line)) as Json;
    assert.deepEqual([added['estimate'], added['when'], added['isNew']], ['2 hours', never, true]);
    const path = `/api/v1/jobs/${String(added['id'])}`;
    const [listed] = listOf(await api.get('/api/v1/jobs?states=queued,waiting'), 'jobs');
    assert.equal(listed?.['commandline'], 'echo hi; echo "a b" >&2');
    assert.equal(Number(listed['latestStartMs']), Number(listed['deadlineMs']) - 2 * 3_600_000);
    assertProblem(await api.ask(`${path}/output`), 404, 'not_found');

    const nowhere = [...run, '--cwd', '/no/such/folder', '--', 'true'];
    await assert.rejects(runVerb(dataDirectory, nowhere), /there is no folder \/no\/such\/folder/);

    assert.equal((await api.ask(`${path}/run-now`, { method: 'POST' })).status, 200);
    const done = await ended(api, path);
    assert.deepEqual([done['state'], listOf(done, 'runs')[0]?.['exitCode']], ['done', 0]);
    assert.equal((await api.get(`${path}/output`))['text'], 'hi\na b\n');
    assertProblem(await api.ask(`${path}/cancel`, { method: 'POST' }), 409, 'job_ended');

    const waits = [...run, '--request-key', 'once', '--json', '--', 'sleep', '60'];
    const first = JSON.parse(await runVerb(dataDirectory, waits)) as Json;
    const again = JSON.parse(await runVerb(dataDirectory, waits)) as Json;
    assert.deepEqual([again['id'], again['isNew']], [first['id'], false]);
    assert.match(await runVerb(dataDirectory, ['stop']), /jobs that wait are kept/);
    assert.equal((await stopGateway(gateway)).code, 0);
    const second = await startGateway(dataDirectory);
    const later = new Api(second.url, api.token);
    const kept = listOf(await later.get('/api/v1/jobs'), 'jobs').map(({ id, state }) => [id, state]);
    assert.deepEqual(kept, [
      [first['id'], 'waiting'],
      [added['id'], 'done'],
    ]);
    assert.match(await runVerb(dataDirectory, ['status']), /^ *2 +waiting/m);
    const purged = await later.ask('/api/v1/jobs/purge', { method: 'POST' });
    assert.deepEqual([purged.status, purged.body], [200, { cancelled: 1 }]);
    await stopGateway(second);
    removeDataDirectory(dataDirectory);
  });

  it('are refused to who may not, and where they cannot be meant', async () => {
    const dataDirectory = makeDataDirectory();
    const gateway = await startGateway(dataDirectory);
    const reader = new Api(gateway.url, await createToken(dataDirectory, 'read'));
    const job = { estimate: '2h', argv: ['/bin/true'] };
    assertProblem(await reader.ask('/api/v1/jobs', { method: 'POST', body: job }), 403, 'forbidden');
    const runner = new Api(gateway.url, await createToken(dataDirectory, 'read,jobs:run'));
    const add = async (body: object): Promise<Awaited<ReturnType<Api['ask']>>> =>
      await runner.ask('/api/v1/jobs', { method: 'POST', body: { ...job, ...body } });
    assertProblem(await add({}), 403, 'forbidden');
    assertProblem(await add({ estimate: '30' }), 400, 'duration_invalid');
    assertProblem(await add({ estimate: '1.2.3h' }), 400, 'duration_invalid');
    assertProblem(await add({ deadline: '2020-01-01' }), 400, 'deadline_invalid');
    assertProblem(await add({ when: 'cheap' }), 400, 'policy_invalid');
    assertProblem(await add({ commandline: 'true' }), 400, 'input_invalid');
    assertProblem(await add({ argv: ['a\u0000b'] }), 400, 'input_invalid');
    assert.deepEqual(listOf(await reader.get('/api/v1/jobs'), 'jobs'), []);
    assertProblem(await reader.ask('/api/v1/jobs/1'), 404, 'not_found');
    assert.equal((await reader.get('/api/v1/jobs/savings'))['jobs'], 0);
    const nothing = { mayRun: false, mayRunAny: false, lines: [] };
    assert.deepEqual(await reader.get('/api/v1/jobs/rights'), nothing);
    assert.deepEqual(await runner.get('/api/v1/jobs/rights'), { ...nothing, mayRun: true });
    const outlook = await reader.get('/api/v1/jobs/outlook');
    for (const signal of ['carbon', 'price', 'surplus', 'red', 'own_export']) {
      assert.ok(Array.isArray((outlook[signal] as Json)['slots']), signal);
    }
    assertProblem(await reader.ask('/api/v1/jobs/outlook?from=30d'), 400, 'input_invalid');
    await stopGateway(gateway);
    removeDataDirectory(dataDirectory);
  });
});

async function ended(api: Api, path: string): Promise<Json> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const job = await api.get(path);
    if (job['endedMs'] !== null) return job;
    await pause(100);
  }
  throw new Error(`${path} has not ended`);
}
