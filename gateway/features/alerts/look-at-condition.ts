import type { AlertFacts } from '../../core/alert.ts';
import { hasValue } from '../../core/quality.ts';
import { quantityDefinition } from '../../core/quantity.ts';
import { valueHolds, type RuleCondition } from './rule-condition.ts';
import { silenceMsMin } from './silence-watch.ts';
import type { SeenThing, SeenTrouble, SeenValue } from './watched-home.ts';

/** What is known of the home at one look. */
export interface HomeSeen {
  /** UTC epoch ms. */
  readonly nowMs: number;
  value(device: string, quantity: string): SeenValue | undefined;
  thing(id: string): SeenThing | undefined;
  troubles(): readonly SeenTrouble[];
  /** undefined when it is not known. */
  silentMs(thing: SeenThing): number | undefined;
}

export interface Looked {
  /** undefined: not known. */
  readonly holds: boolean | undefined;
  readonly facts: AlertFacts;
}

/** A value is believed for so many periods of what it is from, as it is elsewhere in the gateway. */
const believedPeriods = 3;
/** What others say may be long, and facts have room for 10 000. */
const messageLengthMax = 1_000;

/** Whether a condition holds now. @param wasHolding when it was looked at before */
export function lookAt(condition: RuleCondition, seen: HomeSeen, wasHolding: boolean): Looked {
  if (condition.kind === 'reading') return lookAtValue(condition, seen, wasHolding);
  if (condition.kind === 'health') return lookAtHealth(condition, seen);
  const thing = seen.thing(condition.of);
  if (thing === undefined) return { holds: undefined, facts: { device: condition.of } };
  if (condition.kind === 'silent') return lookAtSilence(thing, condition.periods, seen);
  const holds = condition.is.some((state) => state === thing.state);
  return { holds, facts: { device: thing.name, state: thing.state } };
}

/** Whether nothing good has come from it for so many periods. Of what people have switched off it is not known. */
export function lookAtSilence(thing: SeenThing, periods: number, seen: HomeSeen): Looked {
  const silentMs = thing.isDisabled ? undefined : seen.silentMs(thing);
  if (silentMs === undefined) return { holds: undefined, facts: { device: thing.name, sinceMs: null } };
  return {
    holds: silentMs >= silenceMsMin(thing, periods),
    facts: { device: thing.name, sinceMs: Math.round(seen.nowMs - silentMs) },
  };
}

function lookAtValue(
  { device, quantity, test }: RuleCondition & { kind: 'reading' },
  seen: HomeSeen,
  wasHolding: boolean,
): Looked {
  const found = seen.value(device, quantity);
  const [owner = device] = device.split('/');
  const thing = seen.thing(owner);
  const value = found !== undefined && isBelieved(found, thing, seen.nowMs) ? found.value : null;
  const part = device.slice(owner.length);
  return {
    holds: value === null ? undefined : valueHolds(test, value, wasHolding),
    facts: {
      device: thing === undefined ? device : `${thing.name}${part}`,
      ...{ quantity, value, unit: quantityDefinition(quantity).unit, limit: test.limit },
    },
  };
}

/** Neither bad nor old: nor from a time that is still to come. */
function isBelieved(
  { quality, value, toldMs }: SeenValue,
  thing: SeenThing | undefined,
  nowMs: number,
): boolean {
  if (value === null || !hasValue(quality) || quality === 'suspect') return false;
  const { periodMs } = thing ?? {};
  return periodMs !== undefined && Math.abs(nowMs - toldMs) <= believedPeriods * periodMs;
}

function lookAtHealth({ prefix, status }: RuleCondition & { kind: 'health' }, seen: HomeSeen): Looked {
  const found = seen
    .troubles()
    .filter((trouble) => trouble.subject.startsWith(prefix))
    .filter((trouble) => trouble.status === 'failing' || trouble.status === status);
  const worst = found.find((trouble) => trouble.status === 'failing') ?? found[0];
  return {
    holds: worst !== undefined,
    facts: {
      status: worst?.status ?? 'ok',
      message: (worst?.message ?? '').slice(0, messageLengthMax).toWellFormed(),
    },
  };
}
