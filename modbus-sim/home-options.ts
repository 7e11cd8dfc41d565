import type { BatteryOptions } from './battery.ts';
import type { EnergyTotals } from './home-state.ts';
import type { PvArray } from './pv-array.ts';
import type { Site } from './site.ts';

export interface HomeOptions {
  /** The same seed and start give the same home, to the watt. */
  readonly seed: number;
  /** UTC epoch milliseconds; the first step is the one that holds it. */
  readonly startMs: number;
  readonly site?: Site;
  /** On the hybrid inverter, beside the battery. */
  readonly array1?: PvArray;
  /** On the string inverter. */
  readonly array2?: PvArray;
  readonly battery?: BatteryOptions;
  readonly hybridRatedW?: number;
  /** What the counters showed at the start. */
  readonly energyAtStart?: Partial<EnergyTotals>;
}

const kwh = 3_600_000;

/** A family house near Lyon: 8 kWp south and 9.6 kWh on the hybrid inverter, 5 kWp west on the string inverter. */
export const defaultHome = {
  site: { latitudeDeg: 45.76, longitudeDeg: 4.84, utcOffsetMinutes: 60 },
  array1: { peakW: 8000, tiltDeg: 35, azimuthDeg: 180, dcLimitW: 10_000 },
  array2: { peakW: 5000, tiltDeg: 25, azimuthDeg: 255, dcLimitW: 5100 },
  battery: {
    capacityWh: 9600,
    chargeWMax: 5000,
    dischargeWMax: 5000,
    chargeEfficiency: 0.965,
    dischargeEfficiency: 0.965,
    socMinPct: 5,
    socMaxPct: 100,
    socStartPct: 50,
  },
  hybridRatedW: 10_000,
  energyAtStart: {
    pv1Ws: 21_430 * kwh,
    pv1ToBatteryWs: 4_120 * kwh,
    pv1ToGridWs: 9_310 * kwh,
    pv1ToHouseWs: 8_000 * kwh,
    hybridOutWs: 20_515 * kwh,
    pv2Ws: 11_872 * kwh,
    chargeWs: 4_390 * kwh,
    dischargeWs: 4_046 * kwh,
    loadWs: 25_180 * kwh,
    importWs: 9_204 * kwh,
    exportWs: 15_366 * kwh,
    importL1Ws: 3_890 * kwh,
    importL2Ws: 3_110 * kwh,
    importL3Ws: 2_655 * kwh,
    exportL1Ws: 5_012 * kwh,
    exportL2Ws: 5_244 * kwh,
    exportL3Ws: 5_561 * kwh,
  },
} as const satisfies Partial<HomeOptions>;
