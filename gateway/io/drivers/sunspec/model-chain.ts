import { GatewayError } from '../../../core/errors.ts';
import type { RegisterReader } from '../driver.ts';
import { readIfThere } from './optional-read.ts';

/** One model of a device, where it stands. */
export interface ModelBlock {
  readonly id: number;
  /** Of its ID, zero-based. */
  readonly address: number;
  /** Registers after ID and length, as the device says. */
  readonly length: number;
  /** Which part of the device it belongs to, from 0: the next common model begins another one, such as a meter. */
  readonly part: number;
}

/** The marker's address: the three of the specification, and one more for devices that count from 1. */
const bases = [40_000, 50_000, 0, 40_001, 50_001, 1];
/** "SunS" */
const marker = [0x5375, 0x6e53];
const commonId = 1;
/** 0 is what follows the last model where a device forgot the end marker. */
const endIds: readonly number[] = [0xffff, 0];
const addressEnd = 0x10000;
/** More than any device has; a chain through garbage is not followed for ever. */
const modelsMax = 64;

/**
 * Walks the device's chain of models. It ends with the end marker, where the device refuses to be read on, or
 * before a model that would reach beyond the last register. Each step goes up, so no chain is a loop. Errors:
 * `device_unknown` without marker; the reader's, so that half a chain is never taken for a whole one.
 */
export async function readModelChain(read: RegisterReader): Promise<readonly ModelBlock[]> {
  const blocks: ModelBlock[] = [];
  let address = await findFirstModel(read);
  let commons = 0;
  while (blocks.length < modelsMax && address + 2 <= addressEnd) {
    const [id, length] = (await readIfThere(read, address, 2)) ?? [];
    if (id === undefined || length === undefined || endIds.includes(id)) break;
    const next = address + 2 + length;
    if (next > addressEnd) break;
    if (id === commonId) commons += 1;
    blocks.push({ id, address, length, part: Math.max(0, commons - 1) });
    address = next;
  }
  return blocks;
}

async function findFirstModel(read: RegisterReader): Promise<number> {
  for (const base of bases) {
    const words = await readIfThere(read, base, marker.length);
    if (words !== undefined && marker.every((word, index) => words[index] === word)) {
      return base + marker.length;
    }
  }
  throw new GatewayError('device_unknown', `no SunSpec marker at holding registers ${bases.join(', ')}`, {
    hint: 'Switch SunSpec Modbus on in the device, check the unit number, or choose the driver of its maker.',
  });
}
