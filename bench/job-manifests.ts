/**
 * A gateway whose spool is given manifests that mean ill. As root, on Linux:
 * `node dist/bench/job-manifests.js [--manifests 20] [--seed 1] [--form 2]`. In form 2, the lesser, jobs can do what they
 * must not: that shows that it would be seen.
 */
import { runHostileJobs } from './hostile/hostile-jobs.ts';
import { numberArgument, printAim } from './measure.ts';

const manifests = numberArgument('manifests', 20);
const isLesser = numberArgument('form', 1) === 2;
const sandbox = isLesser ? 'off' : 'auto';
const result = await runHostileJobs({ seed: numberArgument('seed', 1), manifests, sandbox });
const { jobs, rejected, escapes, survivors, isWell } = result;
const words = escapes.length === 0 ? 'escapes' : `escapes: ${escapes.join(', ')}`;
if (isLesser) {
  printAim('hostile_manifest_escapes_in_the_lesser_form', escapes.length, words, escapes.length > 0);
} else {
  const counts = `manifests, ${jobs} jobs, ${rejected} rejected`;
  printAim('hostile_manifests', result.manifests, counts, jobs > 0 && rejected > 0);
  printAim('hostile_manifest_escapes', escapes.length, words, escapes.length === 0);
  printAim('hostile_manifest_survivors', survivors, 'processes', survivors === 0);
  printAim('hostile_manifests_gateway_is_well', isWell ? 1 : 0, 'of 1', isWell);
}
