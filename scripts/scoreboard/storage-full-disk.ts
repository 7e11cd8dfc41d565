/** What a full disk does to the database; see test/storage/media/. It takes root, to mount a small disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fullDiskFigures } from '../../test/storage/media/full-disk.ts';
import { cannotMount } from '../../test/storage/media/small-disk.ts';

function figure(name: string, value: number, unit: string, isGood: boolean): void {
  console.log(`${name} ${value} ${unit} ${isGood ? 'pass' : 'fail'}`);
}

if (cannotMount === false) {
  const directory = mkdtempSync(join(tmpdir(), 'egw-full-disk-'));
  try {
    const found = await fullDiskFigures(directory);
    figure('full-disk-crashes', found.crashes, `of ${found.commits} commits`, found.crashes === 0);
    figure('full-disk-unaccounted', found.unaccounted, 'readings', found.unaccounted === 0);
    figure('full-disk-recovery', found.secondsToRecover, 's', found.secondsToRecover <= 10);
    figure('full-disk-commits-by-ballast', found.commitsOnFullDisk, 'of 60', found.commitsOnFullDisk > 0);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
} else {
  figure(`full-disk-skipped-${cannotMount.replaceAll(' ', '-')}`, 0, 'trials', false);
}
