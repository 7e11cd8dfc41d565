import { ChainBuilder, publishedGateway, type JsonMembers, type PublishedGateway } from './chain-builder.ts';

export const startMs = Date.UTC(2026, 10, 21, 12);
export const firstEpoch = '00f1e2d3c4b5a697';
export const secondEpoch = '11f1e2d3c4b5a697';
export const owner = publishedGateway('owner');
export const stranger = publishedGateway('stranger');

/** Readings of one commit of two devices: six. */
export function commitAt(atMs: number): JsonMembers {
  const w = (atMs / 1000) % 977;
  return {
    'inverter-1': {
      pv_power_w: [
        [atMs, w + 0.5],
        [atMs + 10_000, w + 1],
      ],
      battery_soc_pct: [[atMs, 63.25]],
    },
    meter: {
      grid_power_w: [
        [atMs + 120, -w],
        [atMs + 10_120, null, 'missing'],
      ],
      energy_import_kwh: [[atMs, 8493.94, 'estimated']],
    },
  };
}

/** Batches of two commits a minute, the first with the chain's own record before them. */
export function steadyChain(
  batches: number,
  { by = owner, epoch = firstEpoch }: { by?: PublishedGateway; epoch?: string } = {},
): ChainBuilder {
  const chain = new ChainBuilder(by, { epoch, atMs: startMs });
  for (let minute = 0; minute < batches; minute += 1) sealMinute(chain, minute);
  return chain;
}

export function sealMinute(chain: ChainBuilder, minute: number): void {
  const atMs = startMs + minute * 60_000;
  chain
    .commit(commitAt(atMs))
    .commit(commitAt(atMs + 30_000))
    .seal();
}
