import type { DatedTempoPrices } from '../../gateway/core/tempo-prices.ts';
import { tariffBandInterval, type TariffBand } from '../../gateway/core/tariff-band.ts';
import type { StoredMember, StoredPresence } from '../../gateway/storage/member-calls.ts';
import type { MeteredInterval, MeterMark, NewServerOrder } from '../../gateway/storage/server-calls.ts';
import type { StoredTempoDay } from '../../gateway/storage/tempo-calls.ts';
import { startMs } from './scratch.ts';

export const meter = 'plug/load_energy_kwh';

export function colourOf(day: string, colour: StoredTempoDay['colour'], heardMs = startMs): StoredTempoDay {
  return { day, colour, provider: 'rte', state: 'final', heardMs, before: [] };
}

export function pricesFrom(
  validFrom: string,
  validTo: string | null = null,
  redPeak = 756_200,
): DatedTempoPrices {
  return {
    validFrom,
    validTo,
    prices: {
      blue: { peak: 160_900, 'off-peak': 129_600 },
      white: { peak: 189_400, 'off-peak': 148_600 },
      red: { peak: redPeak, 'off-peak': 156_800 },
    },
    source: 'a test',
  };
}

/** All of a band, estimated, unless said. */
export function intervalOf(
  day: string,
  band: TariffBand,
  more: Partial<MeteredInterval> = {},
): MeteredInterval {
  const whole = tariffBandInterval(day, band);
  return { day, band, ...whole, kind: 'estimated', mwh: 1, startTotalMwh: null, endTotalMwh: null, ...more };
}

export const mark: MeterMark = { atMs: startMs, totalMwh: 5, restarts: 0, firstDay: '2026-03-01' };

export const order: NewServerOrder = {
  wanted: 'off',
  cause: 'policy',
  by: 'policy',
  decidedMs: startMs,
  reason: '{}',
  state: 'waiting',
  tries: 0,
  sentMs: null,
  endedMs: null,
  problem: null,
};

export function member(id: string, name = `name ${id}`): StoredMember {
  return { id, name, role: 'member', addedMs: startMs };
}

/** A new one, unless it has an id. */
export function presence(
  member: string,
  arrival: string,
  leave: string | null = null,
  id = 0,
): StoredPresence {
  return { id, member, arrival, leave };
}

/** What `putMembers` is given, but for what changes. */
export const unchanged = { members: [], presences: [], removedPresences: [] };
