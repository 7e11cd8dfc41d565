import assert from 'node:assert';
import type { Test } from 'tap';
import {
  registersOf,
  type ControlDefinition,
  type ControlWrite,
  type RegisterValue,
  type RevertValue,
  type SetValue,
  type WritableRegister,
} from '../../../gateway/io/drivers/control-definition.ts';
import type { DriverDefinition } from '../../../gateway/io/drivers/driver.ts';
import { extentOf, registerCountOf } from '../../../gateway/io/drivers/register-map.ts';

/** What a driver says it can be told, checked without telling anybody. */
export function testControls(t: Test, driver: DriverDefinition): void {
  const controls = driver.controls ?? [];
  const names = controls.map(({ name }) => name);
  t.equal(new Set(names).size, names.length, 'a control is there once');
  for (const control of controls) {
    t.ok(control.source.length > 0, `${control.name} says where it is from`);
    testRange(t, control);
    testBudgets(t, control);
    testWrites(t, control);
    testRatedMax(t, driver, control);
  }
}

function testRange(t: Test, { name, min, max, step }: ControlDefinition): void {
  t.ok(Number.isFinite(min) && Number.isFinite(max) && min < max, `${name} has a range`);
  t.ok(step > 0 && step <= max - min, `${name} has a step that fits the range`);
  const steps = (max - min) / step;
  t.ok(Math.abs(steps - Math.round(steps)) < 1e-9, `${name} reaches its maximum in whole steps`);
  if (name === 'battery_power_w') t.ok(min < 0 && max > 0, 'a battery is charged and discharged');
  else t.ok(min >= 0, `${name} is a limit: not below 0`);
  if (name.endsWith('_pct')) t.ok(max <= 100, `${name} is at most all`);
}

function testBudgets(t: Test, { name, minIntervalMs, writesPerYearMax, set }: ControlDefinition): void {
  t.ok(minIntervalMs > 0, `${name} is not set without a pause`);
  t.ok(Number.isInteger(writesPerYearMax), `${name} has a yearly budget of writes`);
  t.ok(writesPerYearMax >= 2 * set.length, `${name} can be set within its budget`);
}

function testWrites(t: Test, control: ControlDefinition): void {
  const { name, min, max, step, set, revert, revertTimer } = control;
  t.ok(set.length > 0 && revert.length > 0, `${name} can be set, and given back`);
  const points = [min, min + step, 0, max - step, max].filter((point) => point >= min && point <= max);
  for (const write of set) {
    testBlock(t, write);
    for (const part of registersOf(write)) {
      for (const point of points) testEncodes(t, `${name} = ${point}`, part, point);
    }
  }
  const isHeard = set
    .flatMap(registersOf)
    .some(({ value }) => typeof value === 'function' && value(min) !== value(max));
  t.ok(isHeard, `${name}: the set point is written`);
  const written = set.flatMap(registersOf).map(({ register }) => register.address);
  for (const write of revert) {
    testBlock(t, write);
    for (const part of registersOf(write)) {
      t.not(typeof part.value, 'function', `${name}: to give back takes no set point`);
      if (part.value === 'as_before') t.ok(written.includes(part.register.address), `${name} changes it`);
      else testEncodes(t, `${name} reverted`, part, NaN);
    }
  }
  if (revertTimer === undefined) return;
  t.ok(revertTimer.maxS > 0, `${name} has a timer that takes a time`);
  testEncodes(t, `${name} timer`, { register: revertTimer.register, value: revertTimer.maxS }, NaN);
}

function testBlock(t: Test, write: ControlWrite): void {
  const parts = registersOf(write);
  t.ok(parts.length > 0);
  for (const [index, { register }] of parts.entries()) {
    const next = parts[index + 1];
    if (next === undefined) continue;
    t.equal(next.register.address, register.address + registerCountOf(register.encoding), 'without a gap');
  }
}

function testRatedMax(t: Test, driver: DriverDefinition, { name, max, ratedMax }: ControlDefinition): void {
  if (ratedMax === undefined) return;
  const { address, count } = extentOf(ratedMax);
  t.ok(address >= 0 && address + count <= 65_536 && count <= driver.limits.registersMax, `${name}: rated`);
  t.ok(ratedMax.min < ratedMax.max && ratedMax.max >= max, `${name}: the rating may be what the range says`);
}

/** The raw values that a register takes. */
const rawRanges = {
  u16: [0, 0xffff],
  s16: [-0x8000, 0x7fff],
  u32: [0, 0xffffffff],
  s32: [-0x80000000, 0x7fffffff],
  f32: [-3.4e38, 3.4e38],
} as const satisfies Record<WritableRegister['encoding'], readonly [number, number]>;

function testEncodes(
  t: Test,
  what: string,
  { register, value }: RegisterValue<SetValue | RevertValue>,
  setPoint: number,
): void {
  assert(value !== 'as_before');
  const { address, encoding, scale = 1, functionCode = 16 } = register;
  const written = typeof value === 'number' ? value : value(setPoint);
  const [least, most] = rawRanges[encoding];
  const raw = encoding === 'f32' ? written / scale : Math.round(written / scale);
  t.ok(raw >= least && raw <= most, `${what}: ${written} fits register ${address}`);
  const words = registerCountOf(encoding);
  assert(words <= 2);
  t.ok(address >= 0 && address + words <= 65_536);
  t.ok(functionCode === 16 || words === 1, 'function 6 writes one register');
}
