/**
 * Answers that were tampered with, read by the gateway's own framings: what is believed that was not sent, what
 * is thrown, how much is kept. `node dist/bench/mutated-frames.js [--frames 1000000] [--seed 1]`
 */
import { mutatedWires } from './frames/mutated-wires.ts';
import { runMutations } from './frames/mutation-run.ts';
import { numberArgument, print, printAim } from './measure.ts';

const bufferedBytesAim = 520;
const framesDefault = 1_000_000;
const secondsAim = 60;

const frames = numberArgument('frames', framesDefault);
const seed = numberArgument('seed', 1);
let totalS = 0;
for (const [name, wire] of Object.entries(mutatedWires)) {
  const startMs = performance.now();
  const figures = runMutations({ ...wire, seed, frames });
  totalS += (performance.now() - startMs) / 1_000;
  const label = `mutated_frames.${name}`;
  print(`${label}.frames`, figures.frames, 'frames');
  printAim(`${label}.crashes`, figures.crashes, 'frames', figures.crashes === 0);
  printAim(`${label}.wrong_values`, figures.wrong, 'frames', figures.wrong === 0);
  printAim(`${label}.untouched_but_lost`, figures.lost, 'frames', figures.lost === 0);
  print(`${label}.right`, figures.right, 'frames');
  print(`${label}.undetectable`, figures.undetectable, 'frames');
  const isSmall = figures.bufferedBytesMax <= bufferedBytesAim;
  printAim(`${label}.buffer_max`, figures.bufferedBytesMax, 'B', isSmall);
  if (figures.firstFailure !== undefined) console.log(figures.firstFailure);
}
printAim('mutated_frames.time', totalS, 's', totalS <= secondsAim || frames > framesDefault);
