import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import fc from 'fast-check';
import pg from 'pg';
import t, { type Test } from 'tap';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { postgres } from '../../../gateway/io/sinks/postgres.ts';
import type { Sink, SinkBatch, SinkRow } from '../../../gateway/io/sinks/sink.ts';
import { loopbackNetwork } from '../loopback-network.ts';
import { postgresMissing, startPostgres, superuser } from './postgres-server.ts';
import { sinkPorts } from './sink-ports.ts';

const never = new AbortController().signal;

async function open(t: Test, port: number, more: OptionValues = {}): Promise<Sink> {
  const options = { host: '127.0.0.1', port, tls: 'off', database: 'postgres', ...superuser, ...more };
  const sink = await postgres.open(options, sinkPorts({ network: loopbackNetwork }), never);
  t.teardown(() => sink.close());
  return sink;
}

type Ask = (sql: string) => Promise<readonly Record<string, unknown>[]>;

/** Somebody else who looks at the database. */
async function asker(t: Test, port: number): Promise<Ask> {
  const client = new pg.Client({ host: '127.0.0.1', port, database: 'postgres', ...superuser });
  client.on('error', () => undefined);
  await client.connect();
  t.teardown(() => client.end().catch(() => undefined));
  return async (sql) => (await client.query<Record<string, unknown>>(sql)).rows;
}

const row: SinkRow = {
  device: 'meter',
  quantity: 'grid_power_w',
  unit: 'W',
  atMs: 1_768_410_902_123,
  value: -412.5,
  quality: 'good',
};

function batchOf(rows: readonly SinkRow[], texts: SinkBatch['texts'] = []): SinkBatch {
  return { rows, texts, isLive: true };
}

/** So many readings of one series, a second apart. */
function series(count: number): readonly SinkRow[] {
  return Array.from({ length: count }, (_, index) => ({
    ...row,
    atMs: row.atMs + index * 1000,
    value: index,
  }));
}

const allRows =
  'select device, quantity, value, quality, unit, at from reading order by device, quantity, at';

t.test('a real server', { skip: postgresMissing }, async (t) => {
  const server = await startPostgres(t);
  const ask = await asker(t, server.port);
  t.beforeEach(async () => {
    await ask('drop table if exists reading, text_value');
  });

  await t.test('rows come as they were read, and twice is as once', async (t) => {
    const sink = await open(t, server.port);
    const missing: SinkRow = { ...row, quantity: 'pv_power_w', value: null, quality: 'missing' };
    const texts = [{ device: 'meter', quantity: 'wifi.ssid', atMs: row.atMs, text: 'nä"st\'\\{}' }];
    t.same(await sink.write(batchOf([row, missing], texts), never), []);
    t.same(await sink.write(batchOf([{ ...row, value: 3 }, row, missing], texts), never), []);
    const at = new Date(row.atMs);
    t.same(await ask(allRows), [
      { device: 'meter', quantity: 'grid_power_w', value: -412.5, quality: 'good', unit: 'W', at },
      { device: 'meter', quantity: 'pv_power_w', value: null, quality: 'missing', unit: 'W', at },
    ]);
    t.match(await ask('select * from text_value'), [{ at, value: 'nä"st\'\\{}' }]);
    t.same(await sink.write(batchOf([]), never), []);
  });

  await t.test('any name, number and time comes back as it went in', async (t) => {
    const sink = await open(t, server.port);
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 12 })
      .map((one) => one.replaceAll('\0', '0'));
    const rows = fc.uniqueArray(
      fc.record({
        device: name,
        quantity: name,
        unit: fc.constantFrom('W', '', '°C', '"', "'; drop table reading; --"),
        atMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
        value: fc.oneof(fc.double({ noNaN: true }), fc.constant(null)),
        quality: fc.constantFrom('good' as const, 'suspect' as const),
      }),
      { selector: ({ device, quantity, atMs }) => JSON.stringify([device, quantity, atMs]), minLength: 1 },
    );
    await fc.assert(
      fc.asyncProperty(rows, async (some) => {
        await ask('truncate reading');
        t.same(await sink.write(batchOf(some), never), []);
        const kept = new Map((await ask(allRows)).map((one) => [keyOf(one), one]));
        t.equal(kept.size, some.length);
        for (const one of some) {
          const { value, unit, quality } = kept.get(keyOf({ ...one, at: new Date(one.atMs) })) ?? {};
          t.same({ value, unit, quality }, { value: one.value, unit: one.unit, quality: one.quality });
        }
      }),
      { numRuns: 20 },
    );
  });

  await t.test('rows that the database will not have are named, and the others are there', async (t) => {
    const sink = await open(t, server.port);
    await ask('alter table reading add constraint sane check (value is null or value not in (3, 7))');
    await ask("alter table text_value add constraint tame check (value <> 'wild')");
    const texts = ['tame', 'wild', 'mild'].map((text, index) => ({
      device: 'a',
      quantity: 'b',
      atMs: index,
      text,
    }));
    const refused = await sink.write(batchOf([{ ...row, device: 'a\0b' }, ...series(10)], texts), never);
    t.same(
      refused.map(({ index }) => index).toSorted((a, b) => a - b),
      [0, 4, 8],
    );
    t.match(refused.find(({ index }) => index === 4)?.reason, /sane/);
    t.equal((await ask(allRows)).length, 8);
    t.equal((await ask('select * from text_value')).length, 2);
  });

  await t.test('twenty writers of ten rows each leave two hundred', async (t) => {
    const sinks = await Promise.all(Array.from({ length: 20 }, () => open(t, server.port)));
    await Promise.all(
      sinks.map((sink, index) =>
        sink.write(batchOf(series(10).map((one) => ({ ...one, device: `meter-${index}` }))), never),
      ),
    );
    t.equal((await ask(allRows)).length, 200);
  });

  await t.test('a connection that is cut, and a table that is dropped, are there again', async (t) => {
    const sink = await open(t, server.port);
    await sink.write(batchOf(series(1)), never);
    await ask("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'egw'");
    const first = await sink.write(batchOf(series(2)), never).catch((error: unknown) => error);
    if (!Array.isArray(first)) t.match(first, { retryable: true });
    t.same(await sink.write(batchOf(series(2)), never), []);
    await ask('drop table reading');
    await t.rejects(sink.write(batchOf(series(3)), never), { code: 'sink_unavailable' });
    t.same(await sink.write(batchOf(series(3)), never), []);
    t.equal((await ask(allRows)).length, 3);
  });

  await t.test('what it refuses us for is named as the setting', async (t) => {
    await ask(`create role reader login password 'reads'`);
    await ask('create database "od;d ""one"');
    await ask('revoke create on schema public from public');
    const refused = (hint: RegExp) => ({ code: 'sink_refused' as const, hint });
    await t.rejects(open(t, server.port, { password: 'wrong' }), refused(/user and password/));
    await t.rejects(open(t, server.port, { password: '' }), refused(/user and password/));
    await t.rejects(open(t, server.port, { user: 'nobody' }), refused(/user and password/));
    await t.rejects(open(t, server.port, { database: 'nowhere' }), refused(/database/));
    await t.rejects(open(t, server.port, { schema: 'nowhere' }), refused(/schema/));
    await t.rejects(open(t, server.port, { tls: 'verify' }), refused(/tls/));
    const reader = { user: 'reader', password: 'reads' };
    await t.rejects(open(t, server.port, reader), refused(/make the tables/));
    await open(t, server.port);
    const sink = await open(t, server.port, reader);
    await t.rejects(sink.write(batchOf([row]), never), refused(/insert and update/));
    await ask('grant select, insert, update on reading, text_value to reader');
    t.same(await sink.write(batchOf([row]), never), [], 'with the rights alone that it needs');
    const odd = await open(t, server.port, {
      database: 'od;d "one',
      table: 'a"b; drop table x',
      textTable: 'é',
    });
    t.same(await odd.write(batchOf([row]), never), []);
  });

  await t.test('a statement that waits for ever ends with the time', async (t) => {
    const sink = await open(t, server.port);
    await ask('begin');
    await ask('lock table reading');
    const patience = new AbortController();
    const written = sink.write(batchOf([row]), patience.signal);
    await waitUntil(async () => (await ask('select 1 from pg_locks where not granted')).length > 0);
    patience.abort();
    await t.rejects(written, { code: 'connection_timeout' });
    await ask('rollback');
    t.same(await sink.write(batchOf([row]), never), []);
  });

  await t.test('TimescaleDB is told of a new table, and its refusal costs nothing', async (t) => {
    await ask(`create table told (name text); create schema "time ""scale"`);
    await ask(`create function "time ""scale".create_hypertable(
      relation regclass, column_name name, if_not_exists boolean, migrate_data boolean) returns void language plpgsql
      as $$ begin insert into told values (relation::text || ' ' || column_name);
        if relation::text = 'text_value' then raise exception 'no'; end if; end $$`);
    const sink = await open(t, server.port);
    t.same(await ask('select * from told'), [{ name: 'reading at' }]);
    t.same(await sink.write(batchOf([row], [{ ...row, text: 'a' }]), never), []);
    await ask(`drop schema "time ""scale" cascade`);
  });

  await t.test('after the server was away the same batch is taken', async (t) => {
    const sink = await open(t, server.port);
    await server.kill();
    await t.rejects(sink.write(batchOf([row]), never), {
      code: /^(connection_closed|connection_refused|sink_unavailable)$/,
    });
    await t.rejects(sink.write(batchOf([row]), never), { code: 'connection_refused' });
    await server.restart();
    t.same(await sink.write(batchOf([row]), never), []);
  });
});

t.test('whoever is no PostgreSQL is an error that tells', async (t) => {
  const bye = await scripted(t, (socket) => socket.end());
  await t.rejects(open(t, bye), { code: 'connection_closed' });
  const full = await scripted(t, (socket) =>
    socket.write(errorResponse('53300', 'too many clients already')),
  );
  await t.rejects(open(t, full), { code: 'sink_unavailable', facts: { state: '53300' } });
  const patience = new AbortController();
  const silent = await scripted(t, (socket) => socket.once('data', () => patience.abort()));
  const options = { host: '127.0.0.1', port: silent, tls: 'off', database: 'a', user: 'b' };
  await t.rejects(postgres.open(options, sinkPorts({ network: loopbackNetwork }), patience.signal), {
    code: 'connection_timeout',
  });
});

function keyOf(one: Readonly<Record<string, unknown>>): string {
  return JSON.stringify([one['device'], one['quantity'], one['at']]);
}

async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}

async function scripted(t: Test, answer: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    answer(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** ErrorResponse (manual, 55.7): fields of a letter and a text. */
function errorResponse(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.from([0x45, 0, 0, 0, 0]);
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
