import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import type { SaidText } from '../../../gateway/core/said-text.ts';
import type { Sink } from '../../../gateway/io/sinks/sink.ts';
import { openWide, rowsOf, startMs, writeWide } from './wide-bench.ts';

const minuteMs = 60_000;
const isProgramThere = spawnSync('sqlite3', ['-version']).error === undefined;
const programMissing = isProgramThere
  ? false
  : 'the program sqlite3 is not installed: apt-get install sqlite3';
/** root may read everything: then somebody else has to. */
const reader = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

interface Place {
  readonly directory: string;
  readonly sink: Sink;
}

/** Below the system's folder for such, where others may look. */
async function opened(t: Test, options: OptionValues = {}): Promise<Place> {
  const directory = mkdtempSync(join(tmpdir(), 'egw-wide-'));
  chmodSync(directory, 0o755);
  t.teardown(() => rmSync(directory, { recursive: true }));
  return { directory, sink: await openWide(t, directory, { readableBy: 'everyone', ...options }) };
}

/** Another program, another SQLite, another user: as a row a line. */
function read(directory: string, sql: string, name = 'monitor.db'): readonly string[] {
  const words = ['-bail', '-batch', '-list', '-nullvalue', 'null', join(directory, name), sql];
  return execFileSync('sqlite3', words, { ...reader, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    .trimEnd()
    .split('\n');
}

function said(device: string, quantity: string, text: string, atMs = startMs): SaidText {
  return { device, quantity, atMs, text };
}

/** As Grafana's SQLite plugin writes it: the range with milliseconds. */
const inRange = `timestamp >= '2026-03-10T00:00:00.000Z' AND timestamp < '2026-03-11T00:00:00.000Z'`;

/** The panels that the logger's users have: the time by strftime, a column a line, over a range of text. */
const panels: readonly (readonly [title: string, sql: string, answer: readonly string[]])[] = [
  [
    'room temperatures, a name for each zone',
    `SELECT strftime('%s', timestamp) AS time, _5_Living_room AS "Living room", _6_Bed AS "Bed" FROM evohome WHERE ${inRange} ORDER BY timestamp ASC`,
    ['1773100800|null|18.5', '1773101100|20.5|18.25'],
  ],
  [
    'power, in all and by phase',
    `SELECT CAST(strftime('%s', timestamp) AS INTEGER) AS time, active_power_w, active_power_l1_w AS L1, active_power_l2_w AS L2, active_power_l3_w AS L3 FROM energy WHERE ${inRange} ORDER BY 1`,
    ['1773100800|-543.0|-600.0|50.0|7.0', '1773100860|21.0|null|null|null'],
  ],
  [
    'gas and import',
    `SELECT strftime('%s', timestamp) * 1000 AS time, total_gas_m3, total_power_import_kwh FROM energy WHERE ${inRange} ORDER BY timestamp`,
    ['1773100800000|1234.5|null', '1773100860000|1234.5|14730.25'],
  ],
  [
    'what was used since the range began',
    `SELECT max(total_power_import_kwh) - min(total_power_import_kwh), max(total_power_export_kwh) FROM energy WHERE timestamp BETWEEN '2026-03-10T00:00:00.000Z' AND '2026-03-11T00:00:00.000Z'`,
    ['0.0|3.5'],
  ],
  [
    'weather',
    `SELECT strftime('%s', timestamp) AS time, temp_c, feels_like_c, pressure, humidity FROM weather WHERE ${inRange}`,
    ['1773100800|7.25|5.0|1013.0|81.0'],
  ],
  [
    'means of an hour',
    `SELECT strftime('%Y-%m-%dT%H:00:00Z', timestamp) AS time, avg(active_power_w) FROM energy WHERE ${inRange} GROUP BY 1`,
    ['2026-03-10T00:00:00Z|-261.0'],
  ],
  [
    'the newest row',
    'SELECT timestamp, unique_id, typeof(unique_id), typeof(active_power_w) FROM energy ORDER BY timestamp DESC LIMIT 1',
    ['2026-03-10T00:01:00Z|4E47475955|text|real'],
  ],
  [
    'numbers whose first one was missing',
    'SELECT typeof(total_power_import_kwh) FROM energy ORDER BY timestamp',
    ['null', 'real'],
  ],
];

t.test(
  "the logger's panels go on working, for who may only read, while we write",
  { skip: programMissing },
  async (t) => {
    const { directory, sink } = await opened(t);
    await writeWide(
      sink,
      [
        ...rowsOf('energy/gas-47', startMs - 60 * minuteMs, { gas_m3: 1234.5 }),
        ...rowsOf('energy', startMs, { grid_power_w: -543, grid_import_kwh: null, grid_export_kwh: 3.5 }),
        ...rowsOf('energy', startMs, { grid_power_l1_w: -600, grid_power_l2_w: 50, grid_power_l3_w: 7 }),
        ...rowsOf('energy', startMs + minuteMs, { grid_power_w: 21, grid_import_kwh: 14_730.25 }),
        ...rowsOf('weather', startMs, { outdoor_temperature_c: 7.25, outdoor_feels_like_c: 5 }),
        ...rowsOf('weather', startMs, { air_pressure_hpa: 1013, outdoor_humidity_pct: 81 }),
        ...rowsOf('evohome/zone-5', startMs, { room_temperature_c: null }),
        ...rowsOf('evohome/zone-6', startMs, { room_temperature_c: 18.5 }),
        ...rowsOf('evohome/zone-5', startMs + 5 * minuteMs, { room_temperature_c: 20.5 }),
        ...rowsOf('evohome/zone-6', startMs + 5 * minuteMs, { room_temperature_c: 18.25 }),
      ],
      [
        said('energy', 'unique_id', '4E47475955'),
        said('evohome/zone-5', 'name', 'Living room'),
        said('evohome/zone-6', 'name', 'Bed'),
      ],
    );
    for (const [title, sql, answer] of panels) t.same(read(directory, sql), answer, title);
    for (const view of ['energy', 'weather', 'evohome']) {
      const plan = read(
        directory,
        `EXPLAIN QUERY PLAN SELECT * FROM ${view} WHERE ${inRange} ORDER BY timestamp DESC`,
      );
      t.match(
        plan.join(' '),
        /SEARCH (t|wide_time) USING (COVERING )?INDEX wide_(\d+|time)_timestamp/,
        'rows are found, and not looked for',
      );
      t.notMatch(plan.join(' '), /SCAN|TEMP B-TREE/);
    }
    t.throws(() => read(directory, 'CREATE TABLE mine (a)'), /readonly/);
    await writeWide(sink, rowsOf('energy', startMs + 2 * minuteMs, { grid_power_w: 5 }));
    const newest = 'SELECT active_power_w FROM energy ORDER BY timestamp DESC LIMIT 1';
    t.same(read(directory, newest), ['5.0']);
    await sink.close();
    t.same(read(directory, newest), ['5.0'], 'also when the gateway is stopped');
    await writeWide(sink, rowsOf('energy', startMs + 3 * minuteMs, { grid_power_w: 6 }));
    t.same(read(directory, newest), ['6.0'], 'and when it has begun again');
  },
);

t.test(
  'who may read is who was said, also of the log beside the file',
  { skip: programMissing },
  async (t) => {
    for (const [readableBy, mode] of [
      ['owner', 0o600],
      ['group', 0o640],
      ['everyone', 0o644],
    ] as const) {
      const { directory, sink } = await opened(t, { readableBy });
      await writeWide(sink, rowsOf('energy', startMs, { grid_power_w: 5 }));
      const modes = ['', '-wal', '-shm'].map(
        (end) => statSync(join(directory, `monitor.db${end}`)).mode & 0o777,
      );
      t.same(modes, [mode, mode, mode]);
      const ask = (): readonly string[] => read(directory, 'SELECT active_power_w FROM energy');
      if (readableBy === 'everyone' || reader.uid === undefined) t.same(ask(), ['5.0']);
      else t.throws(ask, /unable to open/);
    }
  },
);

t.test('a file a source, as --separate had them, is a sink for each', { skip: programMissing }, async (t) => {
  for (const source of ['energy', 'weather']) {
    const { directory, sink } = await opened(t, { path: `${source}.db` });
    await writeWide(sink, rowsOf(source, startMs, { grid_power_w: 5, outdoor_temperature_c: 6 }));
    const column = source === 'energy' ? 'active_power_w' : 'temp_c';
    t.same(read(directory, `SELECT count(${column}) FROM ${source}`, `${source}.db`), ['1']);
  }
});
