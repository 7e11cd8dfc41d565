import { registersOf, type ControlDefinition } from './control-definition.ts';
import { registerCountOf } from './register-map.ts';

/** Whether what one control writes is written by the other as well: then they cannot both be set. */
export function shareRegisters(one: ControlDefinition, other: ControlDefinition): boolean {
  const written = addressesOf(one);
  return [...addressesOf(other)].some((address) => written.has(address));
}

function addressesOf({ set, revert, revertTimer }: ControlDefinition): ReadonlySet<number> {
  const registers = [...set, ...revert].flatMap((write) =>
    registersOf<unknown>(write).map(({ register }) => register),
  );
  if (revertTimer !== undefined) registers.push(revertTimer.register);
  return new Set(
    registers.flatMap(({ address, encoding }) =>
      Array.from({ length: registerCountOf(encoding) }, (_, index) => address + index),
    ),
  );
}
