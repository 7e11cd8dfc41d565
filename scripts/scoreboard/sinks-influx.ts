/** InfluxDB 1.x: rows that come twice, a conflict of types, a retention, a database that is missing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { influx } from '../../gateway/io/sinks/influx.ts';
import type { Sink, SinkBatch, SinkRow } from '../../gateway/io/sinks/sink.ts';
import { createRealHttp } from '../../gateway/system/real-http.ts';
import { sinkPorts } from '../../test/io/sinks/sink-ports.ts';
import { figure, freePort, startProgram } from './started-program.ts';

const directory = mkdtempSync(join(tmpdir(), 'egw-influx-'));
const [port, backupPort] = [await freePort(), await freePort()];
const url = `http://127.0.0.1:${port}`;
const signal = AbortSignal.timeout(120_000);
const admin = { user: 'root', password: 'right "horse"' };
const http = createRealHttp({
  resolver: { resolve: (host) => Promise.resolve([host]) },
  refuseAddress: () => undefined,
});

const rowsPerBatch = 1_000;
const batches = 20;
const startMs = Date.now() - 3_600_000;

/** Names with all that the line protocol gives a meaning to. */
const devices = ['meter', 'a b,c=d"e', 'näst/1', '#x'];

function batchOf(number: number): SinkBatch {
  const rows = Array.from({ length: rowsPerBatch }, (_, index): SinkRow => {
    const place = number * rowsPerBatch + index;
    return {
      device: devices[place % devices.length] ?? '',
      quantity: place % 3 === 0 ? 'odd, na=me "x"' : 'grid_power_w',
      unit: 'W',
      atMs: startMs + place,
      value: place / 7,
      quality: 'good',
    };
  });
  return { rows, texts: [], isLive: true };
}

async function query(q: string, database = ''): Promise<unknown> {
  const authorization = `Basic ${Buffer.from(`${admin.user}:${admin.password}`).toString('base64')}`;
  const asked = await fetch(`${url}/query?${new URLSearchParams({ q, db: database }).toString()}`, {
    method: 'POST',
    headers: { authorization },
  });
  return await asked.json();
}

/** Points, and the sum of their values, over all measurements of the database. */
async function stored(database: string): Promise<{ points: number; sum: number }> {
  const answer = JSON.stringify(await query('select count(value), sum(value) from /.*/', database));
  const found = [...answer.matchAll(/"values":\[\["[^"]*",(\d+),([\d.e+-]+)\]\]/g)];
  return {
    points: found.reduce((total, [, count]) => total + Number(count), 0),
    sum: found.reduce((total, [, , sum]) => total + Number(sum), 0),
  };
}

async function open(database: string): Promise<Sink> {
  const options = {
    url,
    version: '1',
    database,
    layout: 'readings',
    createDatabase: true,
    isCompressed: true,
  };
  return await influx.open({ ...options, ...admin }, sinkPorts({ http }), signal);
}

async function measureRows(): Promise<void> {
  const sink = await open('en"er; gy');
  for (let number = 0; number < batches; number += 1) {
    await sink.write(batchOf(number), signal);
    if (number % 3 === 0) await sink.write(batchOf(number), signal);
  }
  const { points, sum } = await stored('en"er; gy');
  const all = batches * rowsPerBatch;
  figure('influx-points-missing-or-doubled', Math.abs(points - all), `of ${all}`, points === all);
  const wanted = (all * (all - 1)) / 2 / 7;
  figure('influx-sum-wrong-by', Math.abs(sum - wanted), 'W', Math.abs(sum - wanted) < 1);
}

/** A field that is an integer there already refuses the floats of one quantity, and of no other. */
async function measureConflict(): Promise<void> {
  const sink = await open('conflict');
  await sink.write({ rows: [], texts: [], isLive: true }, signal);
  await query('create database conflict');
  const authorization = `Basic ${Buffer.from(`${admin.user}:${admin.password}`).toString('base64')}`;
  await fetch(`${url}/write?db=conflict&precision=ms`, {
    method: 'POST',
    headers: { authorization },
    body: `grid_power_w,device=other value=1i ${startMs}`,
  });
  const batch = batchOf(0);
  const refused = await sink.write(batch, signal);
  const wrong = batch.rows.filter(({ quantity }, index) => {
    const isRefused = refused.some((row) => row.index === index);
    return isRefused !== (quantity === 'grid_power_w');
  });
  figure('influx-conflict-wrongly-refused', wrong.length, `of ${rowsPerBatch}`, wrong.length === 0);
}

async function measureRetention(): Promise<void> {
  await query('create database short with duration 1h shard duration 1h');
  const batch = batchOf(0);
  const day = 86_400_000;
  const rows = batch.rows.map((row, index) => ({
    ...row,
    atMs: Date.now() - (index < 10 ? day + index : index),
  }));
  const refused = await (await open('short')).write({ ...batch, rows }, signal);
  const isRight = refused.length === 10 && refused.every(({ index }) => index < 10);
  figure('influx-beyond-retention', refused.length, 'rows refused of 10', isRight);
}

async function measurePassword(): Promise<void> {
  const options = { url, version: '1', database: 'conflict', ...admin, password: 'wrong horse' };
  const sink = await influx.open(options, sinkPorts({ http }), signal);
  const error: unknown = await sink.write(batchOf(0), signal).catch((thrown: unknown) => thrown);
  const isRefused = error instanceof Error && 'code' in error && error.code === 'sink_refused';
  figure('influx-wrong-password-refused', isRefused ? 1 : 0, 'of 1', isRefused);
}

const config = join(directory, 'influxdb.conf');
writeFileSync(
  config,
  [
    'reporting-disabled = true',
    `bind-address = "127.0.0.1:${backupPort}"`,
    `[meta]\ndir = "${directory}/meta"`,
    `[data]\ndir = "${directory}/data"\nwal-dir = "${directory}/wal"`,
    `[http]\nbind-address = "127.0.0.1:${port}"\nauth-enabled = true`,
  ].join('\n'),
);
const server = await startProgram('influxd', ['-config', config], `${url}/ping`);
if (server === undefined) figure('influx-skipped-influxd-is-not-installed', 0, 'points', false);
else
  try {
    await query(`create user root with password '${admin.password}' with all privileges`);
    await measureRows();
    await measureConflict();
    await measureRetention();
    await measurePassword();
  } finally {
    await server.stop();
  }
rmSync(directory, { recursive: true, force: true });
process.exit();
