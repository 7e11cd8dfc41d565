import type { SectionProblem } from '../../config/section.ts';
import { parseDurationMs } from '../../core/duration.ts';
import { nearest, suggestName } from '../../core/nearest.ts';
import { isQuantityName, quantityNames } from '../../core/quantity.ts';
import { builtInRuleIds } from './built-in-rules.ts';
import { placesIn } from './fill-words.ts';
import { conditionKeys, seriesOf, testKinds } from './rule-condition.ts';
import { placesOf } from './rule-words.ts';
import type { WrittenRule } from './written-rule.ts';

/** Ids of the configuration. */
export interface KnownNames {
  readonly devices: readonly string[];
  readonly sources: readonly string[];
  readonly notifiers: readonly string[];
}

const durationMsMax = 30 * 86_400_000;
const repeatMsMin = 60_000;
const ownKeys = [...conditionKeys, ...testKinds, 'clears', 'status', 'periods', 'title', 'text'] as const;
const readingExample = 'such as freezer/temperature_c';

/** What no schema can say of one rule. */
export function checkRule(rule: WrittenRule, names: KnownNames): readonly SectionProblem[] {
  const isOfOurs = builtInRuleIds.includes(rule.id);
  return [...(isOfOurs ? builtInProblems(rule) : ownProblems(rule, names)), ...durationProblems(rule)];
}

function builtInProblems(rule: WrittenRule): readonly SectionProblem[] {
  return ownKeys
    .filter((key) => rule[key] !== undefined)
    .map((key) => ({
      path: [key],
      message: `must not be set of the built-in rule ${rule.id}`,
      hint: 'give a rule of your own another id',
    }));
}

function ownProblems(rule: WrittenRule, names: KnownNames): readonly SectionProblem[] {
  const { id } = rule;
  if (id === 'test') return [{ path: ['id'], message: 'must be another id', hint: 'tests have this one' }];
  const given = conditionKeys.filter((key) => rule[key] !== undefined);
  const [first] = given;
  if (first === undefined) {
    const meant = nearest(id, builtInRuleIds);
    const hint = meant === undefined ? `give one of ${conditionKeys.join(', ')}` : `did you mean ${meant}?`;
    return [{ path: ['id'], message: 'must be that of a built-in rule, or have a condition', hint }];
  }
  if (given.length > 1) {
    const message = `must be the only condition, beside ${given.slice(1).join(', ')}`;
    return [{ path: [first], message, hint: 'make a rule of each' }];
  }
  return [
    ...strayProblems(rule, first),
    ...(first === 'reading' ? readingProblems(rule, names) : []),
    ...(first === 'state' ? thingProblems(rule.state?.of ?? '', ['state', 'of'], names) : []),
    ...(first === 'silent' ? thingProblems(rule.silent ?? '', ['silent'], names) : []),
    ...placeProblems(rule, first),
  ];
}

/** What belongs to another condition. */
function strayProblems(
  rule: WrittenRule,
  condition: (typeof conditionKeys)[number],
): readonly SectionProblem[] {
  const homes = [
    ...[...testKinds, 'clears' as const].map((key) => [key, 'reading'] as const),
    ['status', 'health'] as const,
    ['periods', 'silent'] as const,
  ];
  return homes
    .filter(([key, home]) => rule[key] !== undefined && home !== condition)
    .map(([key, home]) => ({
      path: [key],
      message: `must stand with ${home}`,
      hint: `leave it out, as the condition is ${condition}`,
    }));
}

function readingProblems(rule: WrittenRule, names: KnownNames): readonly SectionProblem[] {
  const series = seriesOf(rule.reading ?? '');
  if (series === undefined) {
    return [{ path: ['reading'], message: 'must be a device and a quantity', hint: readingExample }];
  }
  const [thing = ''] = series.device.split('/');
  const unknown = thingProblems(thing, ['reading'], names);
  // Sources may have names of their own.
  const isStrange = names.devices.includes(thing) && !isQuantityName(series.quantity);
  const quantity = {
    path: ['reading'],
    message: 'must end in a quantity of the device',
    hint: hintOfQuantity(series.quantity),
  };
  return [...unknown, ...(isStrange ? [quantity] : []), ...testProblems(rule)];
}

function hintOfQuantity(quantity: string): string {
  const meant = nearest(quantity, quantityNames);
  return meant === undefined ? 'egw reading latest shows them' : `did you mean ${meant}?`;
}

function testProblems(rule: WrittenRule): readonly SectionProblem[] {
  const given = testKinds.filter((key) => rule[key] !== undefined);
  const [first] = given;
  if (first === undefined || given.length > 1) {
    const message = `must have exactly one of ${testKinds.join(', ')}`;
    return [{ path: ['reading'], message, hint: 'say when it holds' }];
  }
  const { clears } = rule;
  const limit = rule[first] ?? 0;
  if (clears === undefined) return [];
  const hint = 'a value between the two goes on as it was';
  if (first === 'above' && clears > limit)
    return [{ path: ['clears'], message: `must be ${limit} or less`, hint }];
  if (first === 'below' && clears < limit)
    return [{ path: ['clears'], message: `must be ${limit} or more`, hint }];
  if (first === 'above' || first === 'below') return [];
  return [{ path: ['clears'], message: 'must stand with above or below', hint: 'leave it out' }];
}

function thingProblems(
  id: string,
  path: SectionProblem['path'],
  { devices, sources }: KnownNames,
): readonly SectionProblem[] {
  const known = [...devices, ...sources];
  if (known.includes(id)) return [];
  const hint = known.length === 0 ? 'none is configured' : suggestName(id, known);
  return [{ path, message: `must name a device or a source that there is (${JSON.stringify(id)})`, hint }];
}

function placeProblems(
  rule: WrittenRule,
  condition: (typeof conditionKeys)[number],
): readonly SectionProblem[] {
  const known = placesOf(condition);
  return (['title', 'text'] as const).flatMap((key) =>
    placesIn(rule[key] ?? '')
      .filter((place) => !known.includes(place))
      .slice(0, 1)
      .map((place) => ({
        path: [key],
        message: `must have no place {${place}}`,
        hint: `there are: ${known.map((name) => `{${name}}`).join(', ')}`,
      })),
  );
}

function durationProblems(rule: WrittenRule): readonly SectionProblem[] {
  return (['for', 'cooldown', 'repeat'] as const).flatMap((key) => {
    const text = rule[key];
    const ms = text === undefined ? undefined : (parseDurationMs(text) ?? Infinity);
    if (ms === undefined) return [];
    if (ms > durationMsMax) return [{ path: [key], message: 'must be at most 30d', hint: 'give less' }];
    if (key !== 'repeat' || ms >= repeatMsMin) return [];
    return [{ path: [key], message: 'must be at least 1m', hint: 'leave it out for no reminders' }];
  });
}
