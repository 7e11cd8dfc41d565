// A real InfluxDB 1.x and a real Prometheus: what they were given is what they have.
import { figuresOf } from './figure.mjs';

export async function measure() {
  await figuresOf('sinks-influx', '--no-warnings', 'scripts/scoreboard/sinks-influx.ts');
  await figuresOf('sinks-prometheus', '--no-warnings', 'scripts/scoreboard/sinks-prometheus.ts');
}
