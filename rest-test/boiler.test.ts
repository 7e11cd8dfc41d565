import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertProblem, listOf, type Api } from './api.ts';
import { killLeftovers } from './gateway-process.ts';
import { openSession, type Session } from './session.ts';

const names = ['undefined', 'combustion', 'ignition', 'hold', 'stop', 'jam', 'watch'];
const lists = { phases: 'phases', minutes: 'rows', events: 'events' } as const;

describe('boiler', () => {
  let session: Session;
  let api: Api;
  let isConfigured = false;
  before(async () => {
    session = await openSession();
    ({ api } = session);
    isConfigured = (await api.ask('/api/v1/boiler')).status === 200;
  });
  after(async () => await session.end());
  after(killLeftovers);

  it('says how to configure one where there is none', async (context) => {
    if (isConfigured) {
      context.skip('there is one');
      return;
    }
    for (const path of ['', '/phases', '/minutes', '/events'])
      assertProblem(await api.ask(`/api/v1/boiler${path}`), 404, 'not_found');
    const recompute = { method: 'POST', body: { from: '1h' } };
    assertProblem(await api.ask('/api/v1/boiler/recompute', recompute), 404, 'not_found');
  });

  it('has a phase, inputs, and a number for each phase', async (context) => {
    if (!isConfigured) {
      context.skip('there is none');
      return;
    }
    const status = await api.get('/api/v1/boiler');
    const codes = listOf(status, 'codes');
    assert.deepEqual(
      codes.map(({ phase }) => phase),
      names,
    );
    assert.equal(new Set(codes.map(({ code }) => code)).size, names.length);
    assert.ok([null, ...names].some((name) => name === status['phase']));
    assert.ok(listOf(status, 'inputs').some(({ input }) => input === 'water'));
    assert.deepEqual(
      listOf(status, 'minima').map(({ hours }) => hours),
      [24, 168, 336],
    );
  });

  it('tells phases, minutes and events in the order of time, without holes or overlaps', async (context) => {
    if (!isConfigured) {
      context.skip('there is none');
      return;
    }
    for (const path of ['phases', 'minutes'] as const) {
      const spans = listOf(await api.get(`/api/v1/boiler/${path}?from=6h`), lists[path]);
      spans.slice(1).forEach((span, index) => assert.equal(span['startMs'], spans[index]?.['endMs']));
    }
    const events = listOf(await api.get('/api/v1/boiler/events?from=6h'), 'events');
    const times = events.map(({ atMs }) => Number(atMs));
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    const page = await api.get('/api/v1/boiler/minutes?from=6h&limit=1');
    assert.equal(listOf(page, 'rows').length, 1);
  });

  it('comes to the same phases when they are computed again', async (context) => {
    if (!isConfigured) {
      context.skip('there is none');
      return;
    }
    const recompute = { method: 'POST', body: { from: '6h' } };
    await api.ask('/api/v1/boiler/recompute', recompute);
    const again = await api.ask('/api/v1/boiler/recompute', recompute);
    assert.equal(again.status, 200);
    assert.equal((again.body as { changedMinutes?: number }).changedMinutes, 0);
  });

  it('refuses times and numbers that cannot be', async (context) => {
    if (!isConfigured) {
      context.skip('there is none');
      return;
    }
    for (const path of Object.keys(lists)) {
      for (const query of ['from=yesterday', 'from=1h&to=2h', 'limit=0', 'limit=4321', 'day=1'])
        assertProblem(await api.ask(`/api/v1/boiler/${path}?${query}`), 400, 'input_invalid');
    }
    for (const body of [{}, { from: 'x' }, { from: '1h', dryRun: 'maybe' }])
      assertProblem(
        await api.ask('/api/v1/boiler/recompute', { method: 'POST', body }),
        400,
        'input_invalid',
      );
  });
});
