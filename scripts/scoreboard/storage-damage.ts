/** What damage on disk does to the database; see test/storage/salvage/. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDamageTrials } from '../../test/storage/salvage/damage-trials.ts';

const trials = 1_000;

function figure(name: string, value: number, unit: string, isGood: boolean): void {
  console.log(`${name} ${value} ${unit} ${isGood ? 'pass' : 'fail'}`);
}

const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'egw-damage-'));
try {
  const found = runDamageTrials(directory, trials, Number(process.hrtime.bigint() % 2n ** 32n));
  for (const line of [...found.wrong, ...found.silent, ...found.unusable]) console.error(line);
  const { noticed, unnoticedBySqlite } = found;
  const kept = Math.round(found.keptShare * 1_000) / 10;
  const seconds = Math.ceil(found.recoveryMsMax / 100) / 10;
  figure('damage-wrong-answers', found.wrong.length, `of ${trials} files`, found.wrong.length === 0);
  figure('damage-silent-losses', found.silent.length, `of ${trials} files`, found.silent.length === 0);
  figure('damage-unusable', found.unusable.length, `of ${trials} files`, found.unusable.length === 0);
  figure('damage-kept', kept, '% of all answers', kept >= 95);
  figure('damage-recovery', seconds, 's at most', seconds <= 10);
  figure(
    'damage-missed-by-integrity-check',
    unnoticedBySqlite,
    `of ${noticed} found`,
    unnoticedBySqlite < noticed,
  );
} finally {
  rmSync(directory, { recursive: true, force: true });
}
