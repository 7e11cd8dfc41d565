import type { SeededRandom } from '../random.ts';
import type { ServiceAnswer } from './service.ts';

/** The name of the field that a later version of a service has. */
export const laterField = 'fieldOfALaterVersion';
/** And its value: a number, so that it is kept with the numbers. */
export const laterValue = 4_711;

type Container = Record<string, unknown>;

/**
 * The answer of an earlier or later version: a field that nobody knows was added to one of its objects, and one that
 * was there is gone. An answer that is no JSON stays as it is.
 */
export function withChangedFields(answer: ServiceAnswer, random: SeededRandom): ServiceAnswer {
  return changed(answer, (value) => {
    const loser = oneOf(objectsIn(value), random) ?? {};
    const lost = oneOf(Object.keys(loser), random);
    if (lost !== undefined) Reflect.deleteProperty(loser, lost);
    // One that is still there.
    const winner = oneOf(objectsIn(value), random) ?? {};
    winner[laterField] = laterValue;
    return value;
  });
}

/** The answer with a field that nobody knows in its outermost object, and nothing gone. */
export function withLaterField(answer: ServiceAnswer): ServiceAnswer {
  return changed(answer, (value) => {
    const outermost = objectsIn(value)[0];
    if (outermost !== undefined) outermost[laterField] = laterValue;
    return value;
  });
}

/** The answer with every number as a text, and every text as a number. */
export function withWrongTypes(answer: ServiceAnswer): ServiceAnswer {
  return changed(answer, swapped);
}

function changed(answer: ServiceAnswer, change: (value: unknown) => unknown): ServiceAnswer {
  try {
    return { ...answer, body: JSON.stringify(change(JSON.parse(answer.body))) };
  } catch (error) {
    if (error instanceof SyntaxError) return answer;
    throw error;
  }
}

function oneOf<Item>(items: readonly Item[], random: SeededRandom): Item | undefined {
  return items[random.uint32() % Math.max(1, items.length)];
}

function objectsIn(value: unknown): Container[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value as Container, ...inner];
}

function swapped(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return value.length;
  if (Array.isArray(value)) return value.map(swapped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, swapped(item)]));
}
