// Kills, power cuts, failing disks, and work on the database that is cut short.
import { figuresOf } from './figure.mjs';

export async function measure() {
  await figuresOf('storage-faults', '--no-warnings', 'scripts/scoreboard/storage-faults.ts');
}
