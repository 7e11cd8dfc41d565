import type { TruthMinute } from './truth-minute.ts';

/** Whether something held in a minute, by the truth; `edge`: too near for any sensor to tell, or seen in part. */
export type TruthClass = 'yes' | 'no' | 'unknown' | 'edge';

const failureC = 56;
/** Of the difference of two means. */
const riseEdgeC = 0.13;

/** The fire is out: cold water, and neither the igniter nor the fan is on. */
export function fireOutClass(truth: TruthMinute | undefined): TruthClass {
  if (truth === undefined) return 'unknown';
  return settle(truth, both(isBelow(truth), both(not(igniterOn(truth)), not(fanOn(truth)))));
}

/**
 * The fan blows, the water is cold, nothing was lit within 20 minutes, and it does not warm.
 *
 * @param minuteBefore the minute so many before; undefined where nothing is known of it
 */
export function jamClass(minuteBefore: (minutes: number) => TruthMinute | undefined): TruthClass {
  const truth = minuteBefore(0);
  if (truth === undefined) return 'unknown';
  const shape = both(isBelow(truth), both(not(igniterOn(truth)), fanOn(truth)));
  if (shape !== 'yes') return settle(truth, shape);
  for (let before = 0; before <= 30; before += 1) {
    const then = minuteBefore(before);
    if (then?.isLate === true || then?.isDouble === true) return settle(truth, 'edge');
  }
  let lit: Verdict = 'no';
  for (let before = 1; before < 20; before += 1) lit = either(lit, ignition(minuteBefore(before)));
  const short = riseOf(minuteBefore, 10, 8);
  const long = riseOf(minuteBefore, 30, 28);
  const isWarming = short === undefined ? 'no' : not(atMost(short, 0.2));
  const isStanding = long === undefined ? 'no' : atMost(long, 1);
  return settle(truth, both(both(not(lit), not(isWarming)), isStanding));
}

type Verdict = 'yes' | 'no' | 'edge';

/** What is not known of an input is not known of the phase. */
function settle(truth: TruthMinute, verdict: Verdict): TruthClass {
  const isUnknown = truth.waterSamples === 0 || truth.igniter.samples === 0 || truth.primaryFan.samples === 0;
  if (truth.isLate) return 'edge';
  return isUnknown ? 'unknown' : verdict;
}

function ignition(truth: TruthMinute | undefined): Verdict {
  if (truth === undefined || settle(truth, 'yes') === 'unknown') return 'no';
  return igniterOn(truth);
}

function isBelow({ water, waterSamples }: TruthMinute): Verdict {
  if (waterSamples === 0) return 'edge';
  if (water.high < failureC) return 'yes';
  return water.low >= failureC ? 'no' : 'edge';
}

function igniterOn({ igniter }: TruthMinute): Verdict {
  return igniter.isSurelyOn ? 'yes' : igniter.isMaybeOn ? 'edge' : 'no';
}

function fanOn({ primaryFan }: TruthMinute): Verdict {
  return primaryFan.isSurelyOn ? 'yes' : primaryFan.isMaybeOn ? 'edge' : 'no';
}

interface Rise {
  readonly riseC: number;
  readonly edgeC: number;
}

function riseOf(
  minuteBefore: (minutes: number) => TruthMinute | undefined,
  minutes: number,
  leastMinutes: number,
): Rise | undefined {
  const now = minuteBefore(0);
  for (let before = minutes; before >= leastMinutes; before -= 1) {
    const then = minuteBefore(before);
    if (now === undefined || then === undefined || then.waterSamples === 0) continue;
    return {
      riseC: meanOf(now) - meanOf(then),
      edgeC: riseEdgeC + offOf(now) + offOf(then),
    };
  }
  return undefined;
}

function meanOf({ waterSumC, waterSamples }: TruthMinute): number {
  return waterSumC / waterSamples;
}

function offOf({ shownOffC, waterSamples }: TruthMinute): number {
  return shownOffC / waterSamples;
}

function atMost({ riseC, edgeC }: Rise, limitC: number): Verdict {
  if (riseC < limitC - edgeC) return 'yes';
  return riseC > limitC + edgeC ? 'no' : 'edge';
}

function both(left: Verdict, right: Verdict): Verdict {
  if (left === 'no' || right === 'no') return 'no';
  return left === 'yes' && right === 'yes' ? 'yes' : 'edge';
}

function either(left: Verdict, right: Verdict): Verdict {
  return not(both(not(left), not(right)));
}

function not(verdict: Verdict): Verdict {
  return verdict === 'edge' ? 'edge' : verdict === 'yes' ? 'no' : 'yes';
}
