import type { RegisterField } from './register-map.ts';

type Point = Pick<RegisterField, 'address' | 'scaleRegister' | 'scale' | 'min' | 'max'>;

const notImplemented = { s16: -0x8000, u16: 0xffff } as const;

/** SunSpec Information Model Specification V1.9, section 4.3: what "not implemented" is for each type. */
export function sunspecInt(name: string, point: Point & { encoding: 's16' | 'u16' }): RegisterField {
  return { name, table: 'holding', ...point, notAvailable: [notImplemented[point.encoding]] };
}

/**
 * An acc32, lifetime energy. Its 0 is "not implemented" by the specification, so a counter is missing until its
 * first watt-hour: nothing is lost by that, where a 0 that nobody counts would be stored for ever.
 */
export function sunspecCounter(name: string, point: Point): RegisterField {
  return { name, table: 'holding', encoding: 'u32', ...point, notAvailable: [0, 0xffffffff] };
}
