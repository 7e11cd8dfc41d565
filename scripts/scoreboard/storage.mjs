// Kills, power cuts, failing disks, work on the database that is cut short, clocks that are wrong, counters that jump;
// what storing costs, and how long reading takes.
import { bench, figuresOf } from './figure.mjs';

export async function measure() {
  await figuresOf('storage-faults', '--no-warnings', 'scripts/scoreboard/storage-faults.ts');
  await figuresOf('storage-damage', '--no-warnings', 'scripts/scoreboard/storage-damage.ts');
  await figuresOf('storage-full-disk', '--no-warnings', 'scripts/scoreboard/storage-full-disk.ts');
  await figuresOf('counter-lives', '--no-warnings', 'scripts/scoreboard/counter-lives.ts');
  await bench('clock-faults', '--lives', '20');
  for (const name of [
    'storage-bytes',
    'database-35-days',
    'read-day',
    'commit-delay',
    'start-up',
    'telemetry-outage',
  ]) {
    await bench(name);
  }
}
