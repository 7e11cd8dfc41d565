/**
 * A gateway that controls two simulated devices is killed at random moments: how long set points outlive their
 * leases of 2 s. `node dist/bench/control-kills.js [--kills 10] [--seed 1]`
 */
import { killDuringControl } from './kills/control-kills.ts';
import { numberArgument, printAim } from './measure.ts';

const promisedMs = 5_000;

const kills = numberArgument('kills', 10);
const seed = numberArgument('seed', 1);
const result = await killDuringControl({ seed, kills });
const { timedLeftSet, untimedLeftSet } = result;
printAim('control_kills', result.kills, 'kills', result.kills === kills);
printAim('timed_set_points_left_by_kills', timedLeftSet, 'set points', timedLeftSet > 0);
printAim('set_points_left_by_kills', untimedLeftSet, 'set points', untimedLeftSet > 0);
printAim('timed_set_point_outlived_ms', result.timedOutlivedMs, 'ms', result.timedOutlivedMs <= promisedMs);
printAim(
  'set_point_outlived_ms_after_start',
  result.untimedOutlivedMs,
  'ms',
  result.untimedOutlivedMs <= promisedMs,
);
printAim('set_before_put_back', result.setBeforeRevert, 'set points', result.setBeforeRevert === 0);
