import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertProblem, listOf, type Api } from './api.ts';
import { killLeftovers } from './gateway-process.ts';
import { openSession, type Session } from './session.ts';

const states = ['quiet', 'pending', 'held', 'firing', 'acknowledged', 'recovered'];
const nobody = Number.MAX_SAFE_INTEGER;

describe('alerts', () => {
  let session: Session;
  let api: Api;
  before(async () => {
    session = await openSession();
    ({ api } = session);
  });
  after(async () => await session.end());
  after(killLeftovers);

  it('has rules, each with its settings and where it stands', async () => {
    const rules = listOf(await api.get('/api/v1/alert-rules'), 'rules');
    const silent = rules.find(({ id }) => id === 'silent');
    assert.equal(silent?.['origin'], 'built-in');
    assert.equal(silent['cooldownMs'], 600_000);
    const french = listOf(await api.get('/api/v1/alert-rules?language=fr'), 'rules');
    assert.equal(french.find(({ id }) => id === 'silent')?.['title'], 'Plus de données de …');
    for (const subject of rules.flatMap((rule) => listOf(rule, 'subjects'))) {
      assert.ok(states.includes(String(subject['state'])), JSON.stringify(subject));
      assert.ok(Number(subject['observedToMs']) <= Date.now() + 1_000);
    }
    assertProblem(await api.ask('/api/v1/alert-rules?language=de'), 400, 'input_invalid');
  });

  it('lists what people were told newest first, in pages that are not parted or doubled', async () => {
    const all = listOf(await api.get('/api/v1/alerts?limit=1000'), 'alerts').map(({ id }) => Number(id));
    assert.deepEqual(
      all,
      all.toSorted((a, b) => b - a),
    );
    const paged: number[] = [];
    for (let path = '/api/v1/alerts?limit=1'; paged.length < Math.min(all.length, 5);) {
      const page = await api.get(path);
      paged.push(...listOf(page, 'alerts').map(({ id }) => Number(id)));
      path = `/api/v1/alerts?limit=1&before=${String(page['next'])}`;
    }
    assert.deepEqual(
      paged.filter((id) => all.includes(id)),
      all.slice(0, 5).filter((id) => paged.includes(id)),
    );
    for (const alert of listOf(await api.get('/api/v1/alerts?open=true'), 'alerts')) {
      assert.equal(alert['isOpen'], true);
      const shown = await api.get(`/api/v1/alerts/${String(alert['id'])}`);
      assert.equal(shown['title'], alert['title']);
      assert.ok(Array.isArray(shown['deliveries']));
    }
  });

  it('refuses what there is not, and what cannot be', async () => {
    assertProblem(await api.ask(`/api/v1/alerts/${nobody}`), 404, 'not_found');
    const acknowledge = `/api/v1/alerts/${nobody}/acknowledge`;
    assertProblem(await api.ask(acknowledge, { method: 'POST', body: {} }), 404, 'not_found');
    for (const query of [
      'from=yesterday',
      'from=1h&to=2h',
      'limit=0',
      'limit=1001',
      'before=0',
      'open=maybe',
    ]) {
      assertProblem(await api.ask(`/api/v1/alerts?${query}`), 400, 'input_invalid');
    }
    assertProblem(await api.ask('/api/v1/alerts/first'), 400, 'input_invalid');
    assertProblem(await api.ask('/api/v1/deliveries?state=lost'), 400, 'input_invalid');
    assertProblem(await api.ask('/api/v1/notifiers/none/balance'), 404, 'not_found');
    const test = { method: 'POST', body: { notifier: 'none' } };
    assertProblem(await api.ask('/api/v1/notifiers/test', test), 404, 'not_found');
    const stranger = { method: 'POST', body: { recipient: 'eve@example.org' } };
    assertProblem(await api.ask('/api/v1/notifiers/test', stranger), 400, 'input_invalid');
  });

  it('tells whom a notifier reaches only in part, and what it has sent', async () => {
    const notifiers = listOf(await api.get('/api/v1/notifiers'), 'notifiers');
    const deliveries = listOf(await api.get('/api/v1/deliveries?limit=1000'), 'deliveries');
    const text = JSON.stringify([notifiers, deliveries]);
    assert.doesNotMatch(text, /[+]?\d{9,12}"|[a-z]{4,}@[a-z]/, 'no number, and no address of mail');
    for (const { notifier } of deliveries) assert.equal(typeof notifier, 'string');
  });

  it('sends a test for real where there is a notifier, and says what became of it', async (t) => {
    const notifiers = listOf(await api.get('/api/v1/notifiers'), 'notifiers');
    const ready = notifiers.find(({ enabled, problem }) => enabled === true && problem === null);
    if (!session.isOurs || ready === undefined) {
      t.skip('no notifier of ours');
      return;
    }
    const body = { notifier: ready['id'] };
    const answer = await fetch(`${api.url}/api/v1/notifiers/test`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    assert.equal(answer.status, 200);
    const { results } = (await answer.json()) as { readonly results: readonly { readonly state: string }[] };
    assert.ok(results.length > 0);
    const log = listOf(await api.get(`/api/v1/deliveries?notifier=${String(ready['id'])}`), 'deliveries');
    assert.equal(log[0]?.['state'], results.at(-1)?.state);
  });
});
