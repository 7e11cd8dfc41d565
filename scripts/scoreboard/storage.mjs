// Kills, power cuts, failing disks, work on the database that is cut short, and clocks that are wrong.
import { bench, figuresOf } from './figure.mjs';

export async function measure() {
  await figuresOf('storage-faults', '--no-warnings', 'scripts/scoreboard/storage-faults.ts');
  await figuresOf('storage-damage', '--no-warnings', 'scripts/scoreboard/storage-damage.ts');
  await figuresOf('storage-full-disk', '--no-warnings', 'scripts/scoreboard/storage-full-disk.ts');
  await bench('clock-faults', '--lives', '20');
}
