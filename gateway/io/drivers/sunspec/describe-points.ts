import type { DescribedPoint, RegisterReader } from '../driver.ts';
import { readModelChain } from './model-chain.ts';
import { findModelTable } from './models.ts';
import { readPoints } from './read-points.ts';

/**
 * Every point of every model that is known, in the device's order. Not read are points that cannot come in one
 * answer with their scale factor; see `placePoints`. Errors: as for `readModelChain`.
 */
export async function decodeSunspecPoints(read: RegisterReader): Promise<readonly DescribedPoint[]> {
  const described: DescribedPoint[] = [];
  const instances = new Map<number, number>();
  for (const block of await readModelChain(read)) {
    const table = findModelTable(block.id);
    if (table === undefined) continue;
    const instance = (instances.get(block.id) ?? 0) + 1;
    instances.set(block.id, instance);
    for (const { point, value } of await readPoints(read, block, table)) {
      const { name, definition } = point;
      described.push({ model: block.id, instance, point: name, value, unit: definition.unit ?? '' });
    }
  }
  return described;
}
