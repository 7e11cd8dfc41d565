import type { LiveValue } from '../../../gateway/core/live-feed.ts';

/** Readings of this instant; values by `device/quantity`, where a device can be a part of a source. */
export function values(given: Readonly<Record<string, number | null>>, ageMs = 0): LiveValue[] {
  return Object.entries(given).map(([id, value]) => {
    const slash = id.lastIndexOf('/');
    const [device, quantity] = [id.slice(0, slash), id.slice(slash + 1)];
    const quality = value === null ? ('missing' as const) : ('good' as const);
    return { device, quantity, atMs: Date.now() - ageMs, value, quality, stored: false };
  });
}

/** A home at noon: 4.5 kW of sun, of which 2 kW charge the battery and 0.9 kW go to the grid. */
export const sunny = {
  'inverter-1/pv_power_w': 3_000,
  'inverter-2/pv_power_w': 1_500,
  'inverter-1/battery_power_w': -2_000,
  'inverter-1/battery_soc_pct': 61,
  'meter/grid_power_w': -900,
};
