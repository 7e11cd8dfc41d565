/**
 * Mistakes that the judge must find.
 * - `bad-as-value`: what a sensor says when it fails is taken as a temperature, as chaudiere did
 * - `unknown-recovers`: what is not known is over
 * - `mutes-for-ever`: while it flaps the time between two alerts begins anew, as chaudiere's did
 * - `told-again`: what was told before a restart is told again
 * - `no-ignition-window`: a fire that was just lit is a jam
 * - `needs-a-change`: a fire that is out in the first minute is not told of, as by chaudiere
 */
export const winterBugs = [
  'bad-as-value',
  'unknown-recovers',
  'mutes-for-ever',
  'told-again',
  'no-ignition-window',
  'needs-a-change',
] as const;

export type WinterBug = (typeof winterBugs)[number];
