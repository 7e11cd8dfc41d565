import type { ControlName } from '../../../core/control.ts';
import { checkSetPoint, encodeWrite, type ControlDefinition } from '../../../io/drivers/index.ts';
import type { DeviceControls } from '../../device-access.ts';

/** A register of 16 bits that the earlier gateway's backend wants written. */
export interface RegisterOrder {
  readonly register: number;
  /** Its low 16 bits count. */
  readonly value: number;
}

export interface TypedSetPoint {
  readonly control: ControlName;
  /** In the control's unit. */
  readonly value: number;
}

type SetRegister = Extract<ControlDefinition['set'][number], { readonly register: unknown }>;

/**
 * The one set point of a declared control that writes exactly these values into these registers, so that limits,
 * leases and the way back are the control's own. undefined when there is none, or more than one: registers that are
 * no control's, values out of range, and orders of which not every register is the control's.
 */
export function setPointFromRegisters(
  { controls, wordOrder }: DeviceControls,
  orders: readonly RegisterOrder[],
): TypedSetPoint | undefined {
  const found = controls.flatMap((control) => {
    const values = new Set(candidatesFor(control, orders).filter((value) => isAllowed(control, value)));
    return [...values]
      .filter((value) => writesAll(control, value, { orders, wordOrder }))
      .map((value) => ({ control: control.name, value }));
  });
  return found.length === 1 ? found[0] : undefined;
}

function registersOf({ set }: ControlDefinition): readonly SetRegister[] {
  return set.flatMap((write) => ('block' in write ? write.block : [write]));
}

/** Set points that could be meant: what the registers say, of either sign. Each is tried forwards before it counts. */
function candidatesFor(control: ControlDefinition, orders: readonly RegisterOrder[]): readonly number[] {
  return registersOf(control)
    .filter(({ value }) => typeof value === 'function')
    .flatMap(({ register: { address, scale = 1 } }) =>
      orders
        .filter(({ register }) => register === address)
        .flatMap(({ value }) => {
          const unsigned = value & 0xffff;
          const signed = unsigned >= 0x8000 ? unsigned - 0x1_0000 : unsigned;
          return [unsigned * scale, signed * scale, -unsigned * scale].map((guess) => guess + 0);
        }),
    );
}

function isAllowed(control: ControlDefinition, value: number): boolean {
  try {
    checkSetPoint(control, value);
    return true;
  } catch {
    return false;
  }
}

function writesAll(
  control: ControlDefinition,
  setPoint: number,
  { orders, wordOrder }: { orders: readonly RegisterOrder[]; wordOrder: DeviceControls['wordOrder'] },
): boolean {
  const words = new Map<number, number>();
  for (const { register, value } of registersOf(control)) {
    // What its scale is, only the device knows.
    if (register.scaleRegister !== undefined) return false;
    const raw = typeof value === 'function' ? value(setPoint) : value;
    const { write } = encodeWrite(register, raw, { wordOrder, exponent: 0 });
    for (const [index, word] of write.words.entries()) words.set(register.address + index, word);
  }
  return orders.every(({ register, value }) => words.get(register) === (value & 0xffff));
}
