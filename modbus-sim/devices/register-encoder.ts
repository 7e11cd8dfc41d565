import type { DeviceDefinition, NumberRegister, RegisterDefinition } from './device-definition.ts';
import type { DeviceView } from './device-view.ts';

const lowest = { u16: 0, s16: -0x8000, u32: 0, s32: -0x80000000 } as const;
const highest = { u16: 0xffff, s16: 0x7fff, u32: 0xffffffff, s32: 0x7fffffff } as const;

const scratch = new DataView(new ArrayBuffer(4));

/** Writes a register's words into `target` from index 0, in the order of the wire. */
export function encodeRegister(
  register: RegisterDefinition,
  view: DeviceView,
  wordOrder: DeviceDefinition['wordOrder'],
  target: Uint16Array,
): void {
  if (register.type === 'text') {
    encodeText(register.value(view), register.words, target);
    return;
  }
  const bits = register.type === 'f32' ? floatBits(register.value(view)) : integerBits(register, view);
  if (register.words === 1) {
    target[0] = bits;
    return;
  }
  target[wordOrder === 'high-first' ? 0 : 1] = bits >>> 16;
  target[wordOrder === 'high-first' ? 1 : 0] = bits;
}

function encodeText(value: string, words: number, target: Uint16Array): void {
  for (let index = 0; index < words; index += 1) {
    target[index] = (byteAt(value, 2 * index) << 8) | byteAt(value, 2 * index + 1);
  }
}

function byteAt(value: string, index: number): number {
  return index < value.length ? value.charCodeAt(index) & 0xff : 0;
}

function floatBits(value: number): number {
  scratch.setFloat32(0, value);
  return scratch.getUint32(0);
}

function integerBits(register: NumberRegister, view: DeviceView): number {
  if (register.type === 'f32') return floatBits(register.value(view));
  const counts = register.value(view) / register.scale;
  if (register.isCounter) return Math.floor(counts) % (highest[register.type] + 1);
  return Math.min(highest[register.type], Math.max(lowest[register.type], Math.round(counts)));
}
