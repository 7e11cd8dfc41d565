/**
 * What kills, power cuts and failing disks do to the database, in full numbers; see test/storage/faults/.
 * `node scripts/scoreboard/storage-faults.ts [--seed 1] [--share 0.1]`: the share is of those numbers.
 */
import { parseArgs } from 'node:util';
import { missingCommands } from '../../test/storage/faults/appender-process.ts';
import { failCalls } from '../../test/storage/faults/failing-calls.ts';
import type { FaultCount } from '../../test/storage/faults/fault-count.ts';
import { interrupt } from '../../test/storage/faults/interruptions.ts';
import { killAppenders } from '../../test/storage/faults/kills.ts';
import { cutPowerWidely } from '../../test/storage/faults/power-cut-plans.ts';
import { cutPower } from '../../test/storage/faults/power-cuts.ts';

const promisedRepairMs = 1_000;

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, share: { type: 'string', default: '1' } },
});
const seed = Number(values.seed);
const full = (trials: number): number => Math.ceil(trials * Number(values.share));

function figure(name: string, value: number, unit: string, isGood: boolean): void {
  console.log(`${name} ${value} ${unit} ${isGood ? 'pass' : 'fail'}`);
}

/** A line a kind of fault; what was found first goes where people look. */
function faultFigures(name: string, count: FaultCount): void {
  for (const kind of ['lost', 'doubled', 'wrong'] as const) {
    figure(`${name}-${kind}`, count[kind], `of ${count.trials}`, count[kind] === 0 && count.trials > 0);
  }
  for (const line of count.told) console.error(line);
}

async function measure(): Promise<void> {
  faultFigures('kills', await killAppenders({ seed, anywhere: full(300), atCalls: full(700) }));
  faultFigures('power-cuts', await cutPowerWidely({ seed, images: full(5_000) }));
  const lives = [{ commits: 100, isAbrupt: true, isCareless: true }];
  const careless = await cutPower({ seed, images: full(100), lives });
  figure('power-cuts-lost-without-syncs', careless.lost, `of ${careless.trials}`, careless.lost > 0);
  const { count, noticed, repairMsMax } = await failCalls({ seed, points: full(300) });
  faultFigures('disk-failures', count);
  figure('disk-failures-noticed', noticed, `of ${count.trials}`, noticed > 0);
  figure('disk-failure-longest-repair', repairMsMax, 'ms', repairMsMax <= promisedRepairMs);
  faultFigures('work-cut-short', await interrupt({ seed, points: full(20) }));
}

const missing = missingCommands('gcc');
if (missing.length > 0) {
  console.error(`${missing.join()} is missing`);
  process.exitCode = 1;
} else await measure();
