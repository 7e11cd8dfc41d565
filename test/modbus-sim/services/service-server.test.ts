import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import type { Test } from 'tap';
import {
  hugeBytes,
  misbehaviours,
  movedToHost,
  type Misbehaviour,
} from '../../../modbus-sim/services/misbehaviour.ts';
import { jsonAnswer, type ServiceRequest } from '../../../modbus-sim/services/service.ts';
import { ServiceServer, type ServiceServerOptions } from '../../../modbus-sim/services/service-server.ts';

const nowMs = Date.parse('2026-01-14T16:40:00Z');

async function start(t: Test, options: Partial<ServiceServerOptions> = {}) {
  const asked: ServiceRequest[] = [];
  const server = await ServiceServer.start({
    service: {
      id: 'echo',
      handle: (request, atMs) => {
        asked.push(request);
        return jsonAnswer(200, { atMs, power: 5 });
      },
    },
    nowMs: () => nowMs,
    ...options,
  });
  t.teardown(() => server.close());
  return { server, asked };
}

/** Status, headers and body of the answer; what went wrong where there is none. */
async function ask(server: ServiceServer, path = '/a?b=1') {
  try {
    const answer = await fetch(`${server.url}${path}`, { redirect: 'manual' });
    return { status: answer.status, headers: answer.headers, body: await answer.text() };
  } catch {
    return { status: 0, headers: new Headers(), body: 'broken' };
  }
}

t.test('a service is asked over HTTP as it would be without', async (t) => {
  const { server, asked } = await start(t);
  const answer = await fetch(`${server.url}/x?y=1`, {
    method: 'POST',
    body: 'héllo',
    headers: { 'X-Token': 'a' },
  });
  t.same(await answer.json(), { atMs: nowMs, power: 5 });
  t.match(asked, [{ method: 'POST', url: '/x?y=1', body: 'héllo', headers: { 'x-token': 'a' } }]);
  t.equal(server.requests, 1);
});

const statuses: Readonly<Partial<Record<Misbehaviour, number>>> = {
  moved: 301,
  moved_here: 308,
  echo: 400,
  cut: 0,
  reset: 0,
};

t.test('it misbehaves in each way that it has, and then behaves again', async (t) => {
  const { server } = await start(t);
  for (const kind of misbehaviours.filter((kind) => kind !== 'silent')) {
    server.misbehave(kind);
    const told = Number(/^status_(\d+)/.exec(kind)?.[1] ?? statuses[kind] ?? 200);
    t.equal((await ask(server)).status, told, kind);
  }
  server.misbehave(undefined);
  t.same(JSON.parse((await ask(server)).body), { atMs: nowMs, power: 5 });
});

t.test('what it says then is what its name promises', async (t) => {
  const { server } = await start(t);
  const said = async (kind: Misbehaviour) => {
    server.misbehave(kind);
    return await ask(server);
  };
  t.equal((await said('status_429')).headers.get('retry-after'), '120');
  const dated = (await said('status_429_date')).headers;
  t.equal(dated.get('retry-after'), 'Wed, 14 Jan 2026 16:42:00 GMT');
  t.equal(dated.get('date'), 'Wed, 14 Jan 2026 16:40:00 GMT');
  t.equal((await said('moved')).headers.get('location'), `https://${movedToHost}/a?b=1`);
  t.equal((await said('moved_here')).headers.get('location'), '/v9/a?b=1');
  t.match((await said('echo')).body, /^\["b=1"/);
  t.match((await said('page')).body, /^<!DOCTYPE html>/);
  t.equal((await said('empty')).body, '');
  t.ok((await said('huge')).body.length > hugeBytes);
  t.equal((await said('half')).body, `{"atMs":${nowMs}`.slice(0, 16));
  t.match((await said('wrong_types')).body, /"power":"5"/);
  t.match((await said('later_field')).body, /"power":5,"fieldOfALaterVersion":4711/);
});

t.test('good requests may come before the bad ones', async (t) => {
  const { server } = await start(t);
  server.misbehave('status_500', 2);
  const seen = [await ask(server), await ask(server), await ask(server), await ask(server)];
  t.same(
    seen.map(({ status }) => status),
    [200, 200, 500, 500],
  );
});

t.test('silence is told to who waits for it, and ends when the server closes', async (t) => {
  const { promise: silent, resolve } = Promise.withResolvers<undefined>();
  const { server } = await start(t, { onSilence: () => resolve(undefined) });
  server.misbehave('silent');
  const asking = ask(server);
  await silent;
  await server.close();
  t.equal((await asking).body, 'broken');
  await server.close();
});

t.test('a client that hangs up in the middle of its request harms nobody', async (t) => {
  const { server, asked } = await start(t);
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
  socket.resume().end();
  await once(socket, 'close');
  t.equal((await ask(server)).status, 200);
  t.equal(asked.length, 1);
});

t.test('a request that is larger than any source sends is not heard to its end', async (t) => {
  const { server, asked } = await start(t);
  const large = fetch(server.url, { method: 'POST', body: 'x'.repeat(2_000_000) });
  await t.rejects(large);
  t.equal(asked.length, 0);
});
