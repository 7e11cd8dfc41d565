import t from 'tap';
import type { JsonValue } from '../../../../gateway/core/canonical-json.ts';
import { CloudBench, ulid, type Message } from '../cloud-bench.ts';

/** One request to a gateway of its own: its result without what every one has, and what ran. */
async function ask(
  request: Message,
  scope = 'read',
): Promise<{
  status: JsonValue;
  answer: Message;
  problem: Message;
  ran: readonly string[];
  bench: CloudBench;
}> {
  const bench = await CloudBench.started();
  await bench.hear(envelope(bench, { request, scope }));
  const { status, answer, problem } = bench.sent[0] ?? {};
  const { ran } = bench;
  return { status: status ?? null, answer: answer as Message, problem: problem as Message, ran, bench };
}

function envelope(
  bench: CloudBench,
  { request, scope, n = 1 }: { request: Message; scope: string; n?: number },
): Message {
  const input = { timestamp: bench.time.wall() / 1_000, id: 'r1', headers: { host: 'x' }, ...request };
  return bench.command({ scope, cmdId: ulid(n), seq: n, body: { command: 'srcful.request', input } });
}

const notFound = (path: string): string => `API handler not found for path ${path}`;

t.test('what is asked for is run and answered in the earlier words', async (t) => {
  const post = { method: 'POST', path: '/things' };
  const table: readonly (readonly [Message, string, number, RegExp, readonly string[]])[] = [
    [{ method: 'GET', path: '/things/a' }, 'read', 200, /^\{"said":"a"\}$/, ['thing.show a']],
    [{ method: 'GET', path: '/things/a', body: {}, query: {} }, 'read', 200, /"a"/, ['thing.show a']],
    [{ method: 'GET', path: '/things/a%2Fb' }, 'read', 200, /"a\/b"/, ['thing.show a/b']],
    [{ method: 'GET', path: '/things/a', body: null, query: null }, 'read', 200, /"a"/, ['thing.show a']],
    [{ ...post, body: { name: 'b' } }, 'control', 200, /"b by/, ['thing.set b by cloud:ops-1 control']],
    [{ ...post, body: { nome: 'b' } }, 'control', 400, /"code":"input_invalid"/, []],
    [{ ...post, path: '/things?name=b' }, 'control', 400, /nothing is expected in the query/, []],
    [{ ...post, query: { name: 'b' } }, 'control', 400, /nothing is expected in the query/, []],
    [post, 'control', 400, /name is missing/, []],
    [{ method: 'GET', path: '/things/a?x=1' }, 'read', 400, /there is no property .*x/, []],
    [{ method: 'GET', path: '/things/a?name=b' }, 'read', 400, /given by the path already/, []],
    [
      { method: 'GET', path: '/things/a', body: { x: 1 } },
      'read',
      400,
      /nothing is expected in the body/,
      [],
    ],
    [{ method: 'GET', path: '/api/crypto/revive' }, 'read', 501, /is woken again/, []],
    [{ method: 'GET', path: '/api/version' }, 'read', 501, /there is no command/, []],
    [
      { method: 'GET', path: '/doc/device?x=1', query: { y: true } },
      'read',
      200,
      /"POST":\{"\/api\/device/,
      [],
    ],
  ];
  for (const [request, scope, code, response, ran] of table) {
    const said = await ask(request, scope);
    const name = JSON.stringify(request);
    t.same(said.ran, ran, name);
    t.match(said, { status: code === 200 ? 'done' : 'failed', answer: { code, response } }, name);
    t.same(Object.keys(said.answer).toSorted(), ['code', 'id', 'response', 'timestamp'], name);
    t.equal(said.answer['timestamp'], Math.floor(said.bench.time.wall() / 1_000));
  }
});

t.test('its id is said again, whatever it is', async (t) => {
  for (const id of ['x', 7, null, { a: [1] }]) {
    const { answer } = await ask({ method: 'GET', path: '/things/a', id });
    t.same(answer['id'], id);
  }
});

t.test('what is not in time, or nowhere, gets the earlier words and is not run', async (t) => {
  const nowSeconds = (await CloudBench.started()).time.wall() / 1_000;
  const show = { method: 'GET', path: '/things/a' };
  const table: readonly (readonly [Message, string])[] = [
    [{ ...show, timestamp: nowSeconds - 60.001 }, 'Request too old'],
    [{ ...show, timestamp: nowSeconds + 60.001 }, 'Request too old'],
    [{ ...show, timestamp: -1e300 }, 'Request too old'],
    [{ ...show, path: '/nowhere?x=1' }, notFound('/nowhere?x=1')],
    [{ ...show, path: '/things/' }, notFound('/things/')],
    [{ ...show, path: '/things/%E0' }, notFound('/things/%E0')],
    [{ ...show, path: 'things/a' }, notFound('things/a')],
    [{ ...show, path: '//x/things/a' }, notFound('//x/things/a')],
    [{ ...show, path: '/own/../things/a' }, notFound('/own/../things/a')],
    [{ ...show, path: '/api/openapi.json' }, notFound('/api/openapi.json')],
    [{ ...show, method: 'POST' }, notFound('/things/a')],
    [{ ...show, method: 'HEAD' }, 'Method HEAD not allowed'],
    [{ ...show, method: 'get' }, 'Method get not allowed'],
  ];
  for (const [request, error] of table) {
    const { status, answer, ran } = await ask(request);
    t.same(
      { status, answer, ran },
      { status: 'refused', answer: { error }, ran: [] },
      JSON.stringify(request),
    );
  }
  for (const timestamp of [nowSeconds - 60, nowSeconds + 60]) {
    t.equal((await ask({ ...show, timestamp })).status, 'done');
  }
});

t.test('it has exactly the scope of its envelope, and what is not for the cloud stays so', async (t) => {
  const body = { name: 'a' };
  const table: readonly (readonly [Message, string, string])[] = [
    [{ method: 'POST', path: '/things', body }, 'read', 'thing.set needs the scope control'],
    [{ method: 'GET', path: '/things/a' }, 'control', 'thing.show needs the scope read'],
    [{ method: 'POST', path: '/own', body }, 'control', 'thing.own is not for the cloud'],
    [{ method: 'GET', path: '/stream' }, 'read', 'thing.stream answers with a stream'],
    [{ method: 'POST', path: '/admin', body }, 'admin', 'ops-1 was not given the scope admin'],
    [{ method: 'POST', path: '/admin', body }, 'control', 'thing.admin needs the scope admin'],
    [{ method: 'POST', path: '/api/device', body }, 'control', 'POST /api/device needs the scope admin'],
    [{ method: 'GET', path: '/api/device' }, 'control', 'GET /api/device needs the scope read'],
  ];
  for (const [request, scope, detail] of table) {
    const { status, answer, problem, ran } = await ask(request, scope);
    t.match({ status, problem }, { status: 'refused', problem: { code: 'forbidden', detail } });
    t.same([answer, ran], [undefined, []]);
  }
});

t.test('what is no request is refused, naming what is wrong', async (t) => {
  const table: readonly (readonly [Message, RegExp])[] = [
    [{ method: 'GET' }, /path is missing/],
    [{ path: '/things/a' }, /method is missing/],
    [{ method: 'GET', path: '/things/a', timestamp: '1' }, /timestamp must be number/],
    [{ method: 'GET', path: '/things/a', query: { a: [1] } }, /query.a must be/],
    [{ method: 'GET', path: '/things/a', body: [] }, /body must be/],
    [{ method: 'GET', path: '/things/a', extra: 1 }, /no property "extra"/],
    [{ method: 'GET', path: `/${'x'.repeat(2_048)}` }, /path must NOT have more than 2048/],
  ];
  for (const [request, detail] of table) {
    t.match(await ask(request), { status: 'refused', problem: { code: 'input_invalid', detail }, ran: [] });
  }
});

t.test('a write is journaled once and its first answer said again; reading is not kept', async (t) => {
  const bench = await CloudBench.started();
  const write = envelope(bench, {
    request: { method: 'POST', path: '/things', body: { name: 'a' } },
    scope: 'control',
  });
  await bench.hear(write, write);
  bench.time.pass(120_000);
  await bench.hear(write);
  t.equal(bench.ran.length, 1);
  t.same([bench.sent[1], bench.sent[2]], [bench.sent[0], bench.sent[0]]);
  t.match([...bench.store.commands.values()], [{ state: 'done', result: /"code":200/ }]);
  const read = envelope(bench, { request: { method: 'GET', path: '/things/a' }, scope: 'read', n: 2 });
  await bench.hear(read);
  await bench.hear(read);
  t.equal(bench.ran.length, 3);
  t.equal(bench.store.commands.size, 1);
  t.same(
    bench.store.audit.map(({ principal, action }) => `${principal} ${action}`),
    ['cloud:root cloud.delegation', 'cloud:ops-1 thing.set'],
  );
});

t.test('a write that was too old is not run when it comes again', async (t) => {
  const bench = await CloudBench.started();
  const timestamp = bench.time.wall() / 1_000 + 61;
  const request = { method: 'POST', path: '/things', body: { name: 'a' }, timestamp };
  const write = envelope(bench, { request, scope: 'control' });
  await bench.hear(write);
  bench.time.pass(10_000);
  await bench.hear(write);
  t.same(bench.ran, []);
  t.match(bench.sent, [{ answer: { error: 'Request too old' } }, { answer: { error: 'Request too old' } }]);
});

t.test('what breaks inside tells nothing of the inside', async (t) => {
  const bench = await CloudBench.started();
  bench.onSet = () => Promise.reject(new TypeError('secret'));
  const request = { method: 'POST', path: '/things', body: { name: 'a' } };
  await bench.hear(envelope(bench, { request, scope: 'control' }));
  t.same(bench.outcomes, ['failed internal_error']);
  t.notMatch(JSON.stringify(bench.sent), 'secret');
});
