import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertProblem, listOf, type Api } from './api.ts';
import { killLeftovers } from './gateway-process.ts';
import { openSession, type Session } from './session.ts';

describe('telemetry of a running gateway', () => {
  let session: Session;
  let api: Api;

  before(async () => {
    session = await openSession();
    ({ api } = session);
  });
  after(async () => await session.end());
  after(killLeftovers);

  it('tells of its backends and of the chain of telemetry, with or without any', async () => {
    const uplinks = listOf(await api.get('/api/v1/uplinks'), 'uplinks');
    for (const { id } of uplinks) {
      const uplink = await api.get(`/api/v1/uplinks/${String(id)}`);
      assert.equal(uplink['id'], id);
    }
    assertProblem(await api.ask('/api/v1/uplinks/nobody'), 404, 'not_found');
    assertProblem(await api.ask('/api/v1/uplinks/nobody/retry', { method: 'POST' }), 404, 'not_found');
    const { body: status } = await api.ask('/api/v1/telemetry');
    assert.equal(typeof status['batches'], 'number');
    const kept = await api.ask('/api/v1/telemetry/batches');
    assert.equal(kept.status, 200);
  });
});
