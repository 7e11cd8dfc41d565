// The Grafana dashboards over a real InfluxDB 1.x and a real Prometheus. SQLite and PostgreSQL are among the tests;
// Grafana itself is in no package source of Debian or npm.
import { figuresOf } from './figure.mjs';

export async function measure() {
  await figuresOf('grafana-influx', '--no-warnings', 'scripts/scoreboard/grafana-influx.ts');
  await figuresOf('grafana-prometheus', '--no-warnings', 'scripts/scoreboard/grafana-prometheus.ts');
}
