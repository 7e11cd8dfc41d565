import assert from 'node:assert';
import pg from 'pg';
import t from 'tap';
import { postgres } from '../../../gateway/io/sinks/postgres.ts';
import { loopbackNetwork } from '../../io/loopback-network.ts';
import { postgresMissing, startPostgres, superuser } from '../../io/sinks/postgres-server.ts';
import { sinkPorts } from '../../io/sinks/sink-ports.ts';
import { faultsOf, type Ask } from './asked-panels.ts';
import { dashboardText, parsedDashboard, variableQueries } from './dashboard.ts';
import { withPostgresMacros } from './macros.ts';
import { simulatedDays } from './simulated-days.ts';

const dayMs = 86_400_000;
/** Up to now, since the ages of readings are told by the server's own clock. */
const days = simulatedDays(Math.floor(Date.now() / dayMs) * dayMs - 2 * dayMs);
const { signal } = new AbortController();

t.test(
  'every panel of the dashboard for PostgreSQL has values, and its variables have devices',
  { skip: postgresMissing },
  async (t) => {
    const { port } = await startPostgres(t);
    const place = { host: '127.0.0.1', port, database: 'postgres', ...superuser };
    const sink = await postgres.open(
      { ...place, tls: 'off', schema: 'public' },
      sinkPorts({ network: loopbackNetwork }),
      signal,
    );
    for (let at = 0; at < days.rows.length; at += 1_000) {
      const rows = days.rows.slice(at, at + 1_000);
      t.same(await sink.write({ rows, texts: at === 0 ? days.texts : [], isLive: true }, signal), []);
    }
    await sink.close();
    const client = new pg.Client({ ...place, types: { getTypeParser: () => parsed } });
    await client.connect();
    t.teardown(async () => await client.end());
    const ask: Ask = async (target, asking) => {
      const text = withPostgresMacros(String(target['rawSql']), asking);
      assert(!text.includes('$'), `a macro that nobody knows in ${text}`);
      return (await client.query<Record<string, unknown>>(text)).rows;
    };
    const text = dashboardText('postgres');
    const dashboard = parsedDashboard(text);
    t.same(await faultsOf(dashboard, days, ask), []);
    const asked = [...variableQueries(dashboard)].map(async ([name, query]) => {
      const { rows } = await client.query<{ device: string }>(query);
      return [name, rows.map(({ device }) => device)] as const;
    });
    t.same(Object.fromEntries(await Promise.all(asked)), {
      meter: ['meter-1', 'p1'],
      pv: ['inverter-1', 'inverter-2'],
    });
    const misspelt = text
      .replace("(at) AND quantity = 'grid_power_w'", "(at) AND quantity = 'grid_pwer_w'")
      .replace('$__timeGroupAlias(at, $__interval), device', '$__timeGroupAlias(att, $__interval), device');
    t.match(await faultsOf(parsedDashboard(misspelt), days, ask), [/Now A: 0 rows/, /Now B: .*att/]);
  },
);

/** Numbers as numbers, of whatever type. */
function parsed(text: string | Buffer): unknown {
  const said = text.toString();
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(said) ? Number(said) : said;
}
