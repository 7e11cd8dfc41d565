import assert from 'node:assert/strict';
import { listOf, type Api } from './api.ts';

/** Waits on the live events until a reading of a device is on disk. */
export async function firstStoredSeries(api: Api): Promise<{ device: string; quantity: string }> {
  const devices = new Set(listOf(await api.get('/api/v1/devices'), 'devices').map(({ id }) => id));
  for await (const event of api.events()) {
    if (event.type !== 'readings') continue;
    const stored = listOf(await api.get('/api/v1/readings/latest?source=stored'), 'readings');
    const found = stored.find(({ quality, device }) => quality === 'good' && devices.has(device));
    if (found !== undefined) return found as unknown as { device: string; quantity: string };
  }
  return assert.fail('the stream ended before anything was stored');
}
