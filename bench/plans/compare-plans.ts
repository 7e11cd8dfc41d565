import type { DriverDefinition } from '../../gateway/io/drivers/driver.ts';
import { LinkCost, type RequestCost } from '../../gateway/io/drivers/link-cost.ts';
import { planFixedHole, planOnePerValue } from '../../gateway/io/drivers/plan-heuristics.ts';
import {
  costMsOf,
  isAllowed,
  planOptionsOf,
  planRanges,
  spansOf,
  type PlannedSpan,
  type PlanOptions,
} from '../../gateway/io/drivers/plan-ranges.ts';
import { ReadPlan } from '../../gateway/io/drivers/read-plan.ts';
import type { SeededRandom } from '../../modbus-sim/random.ts';

/** What one poll of a device costs on a link, in milliseconds, by the way in which it is asked. */
export interface PlanCosts {
  /** Ours, before anything was measured, and after some polls of a link whose answers vary. */
  readonly declared: number;
  readonly fitted: number;
  /** For one who knows the link. */
  readonly optimum: number;
  readonly onePerValue: number;
  readonly hole10: number;
  readonly hole50: number;
}

const polls = 60;
/** An answer takes up to this share more or less, and a few take much longer. */
const jitterShare = 0.2;
const slowProbability = 0.02;
const slowFactor = 5;

/** For a driver whose device supports all of its fields. */
export function comparePlans(driver: DriverDefinition, link: RequestCost, random: SeededRandom): PlanCosts {
  const declared = planOptionsOf(driver);
  const perRequestMs = link.perRequestMs + driver.limits.requestGapMs;
  const options: PlanOptions = { ...declared, cost: { ...link, perRequestMs } };
  const spans = spansOf(driver.fields).filter((span) => isAllowed(span, options));
  const cost = (plan: Parameters<typeof costMsOf>[0]): number => costMsOf(plan, options.cost);
  return {
    declared: cost(planRanges(spans, declared)),
    fitted: cost(learnedPlan(driver, spans, options.cost, random).describe()),
    optimum: cost(planRanges(spans, options)),
    onePerValue: cost(planOnePerValue(spans)),
    hole10: cost(planFixedHole(spans, options, 10)),
    hole50: cost(planFixedHole(spans, options, 50)),
  };
}

/** Begins with what the driver declares, and measures the link as it polls. */
function learnedPlan(
  driver: DriverDefinition,
  spans: readonly PlannedSpan[],
  link: RequestCost,
  random: SeededRandom,
): ReadPlan {
  const options = planOptionsOf(driver);
  const { responseMsMax, requestGapMs } = driver.limits;
  const measured = new LinkCost({ ...options.cost, answerMsMax: responseMsMax + requestGapMs });
  const plan = new ReadPlan(spans, options);
  for (let poll = 0; poll < polls; poll += 1) {
    const requests = plan.next();
    for (const { range } of requests)
      measured.add(range.count, costMsOf([{ range }], link) * variation(random));
    plan.learn(new Map(requests.map((request) => [request, 'read'])));
    if (plan.reconsider(measured.fitted())) plan.allowRequests(plan.requestCountWanted);
  }
  return plan;
}

function variation(random: SeededRandom): number {
  return random.isLucky(slowProbability) ? slowFactor : random.between(1 - jitterShare, 1 + jitterShare);
}
