/**
 * A gateway that runs jobs is killed at random moments: what began twice, what lived on, of what nothing is known. Form 2 is the lesser.
 * `node dist/bench/job-kills.js [--kills 5] [--seed 1] [--form 2]`
 */
import { killDuringJobs } from './kills/job-kills.ts';
import { numberArgument, printAim } from './measure.ts';

const kills = numberArgument('kills', 5);
const seed = numberArgument('seed', 1);
const sandbox = numberArgument('form', 1) === 1 ? 'auto' : 'off';
const result = await killDuringJobs({ seed, kills, sandbox });
const name = (what: string): string => `job_kills_${sandbox === 'off' ? 'lesser_' : ''}${what}`;
printAim(name('gateways'), result.kills, 'kills', result.kills === kills);
printAim(name('cut_runs'), result.cutRuns, `of ${result.jobs} jobs`, result.cutRuns > 0);
printAim(name('double_starts'), result.doubleStarts, 'runs', result.doubleStarts === 0);
printAim(name('survivors'), result.survivors, 'processes', result.survivors === 0);
printAim(name('unknown_ends'), result.unknownEnds, 'jobs', result.unknownEnds === 0);
