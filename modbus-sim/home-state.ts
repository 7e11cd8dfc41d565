import type { Phases } from './grid-supply.ts';

/** Powers in whole watts, held for one step. They balance exactly: see each line. */
export interface PowerFlow {
  /** Array 1, DC, at the hybrid inverter. */
  readonly pv1W: number;
  /** DC at the hybrid inverter; + discharge, − charge. */
  readonly batteryW: number;
  /** Lost in the hybrid inverter: pv1W + batteryW − hybridLossW = hybridAcW. */
  readonly hybridLossW: number;
  /** What the hybrid inverter gives to the house's wires; negative when it takes. */
  readonly hybridAcW: number;
  /** Array 2, DC, at the string inverter. */
  readonly pv2DcW: number;
  /** What the string inverter gives to the house's wires. */
  readonly pv2W: number;
  readonly loadW: number;
  /** + import, − export: gridW = loadW − hybridAcW − pv2W. */
  readonly gridW: number;
  /** Sums to gridW. */
  readonly gridPhaseW: Phases;
  readonly phaseVoltageV: Phases;
  readonly frequencyHz: number;
  readonly outdoorCelsius: number;
  /** On the plane of array 1 and array 2. */
  readonly irradiance1Wm2: number;
  readonly irradiance2Wm2: number;
  readonly cloudCover: number;
}

/** Energies that never fall. Watt-seconds, because whole watts times whole seconds add up without rounding. */
export interface EnergyTotals {
  pv1Ws: number;
  /** The parts of pv1Ws that went into the battery, to the street and into the house (with the losses). */
  pv1ToBatteryWs: number;
  pv1ToGridWs: number;
  pv1ToHouseWs: number;
  hybridOutWs: number;
  pv2Ws: number;
  chargeWs: number;
  dischargeWs: number;
  loadWs: number;
  importWs: number;
  exportWs: number;
  importL1Ws: number;
  importL2Ws: number;
  importL3Ws: number;
  exportL1Ws: number;
  exportL2Ws: number;
  exportL3Ws: number;
}

export type EnergyCounter = keyof EnergyTotals;

/** The home at one step: the energies up to its start, the powers that hold during it. */
export interface HomeState {
  /** Start of the step, UTC epoch milliseconds. */
  readonly atMs: number;
  readonly flow: PowerFlow;
  readonly batterySocPct: number;
  readonly batteryCapacityWh: number;
  readonly energy: Readonly<EnergyTotals>;
  /** The energies at the last local midnight (or at the start of the simulation). */
  readonly midnightEnergy: Readonly<EnergyTotals>;
  /** When array 2 last began and last ceased to give power; 0 when it has not yet. */
  readonly pv2WakeMs: number;
  readonly pv2SleepMs: number;
  /** The highest pv2W since local midnight. */
  readonly pv2PeakTodayW: number;
}

export function zeroEnergy(): EnergyTotals {
  return {
    pv1Ws: 0,
    pv1ToBatteryWs: 0,
    pv1ToGridWs: 0,
    pv1ToHouseWs: 0,
    hybridOutWs: 0,
    pv2Ws: 0,
    chargeWs: 0,
    dischargeWs: 0,
    loadWs: 0,
    importWs: 0,
    exportWs: 0,
    importL1Ws: 0,
    importL2Ws: 0,
    importL3Ws: 0,
    exportL1Ws: 0,
    exportL2Ws: 0,
    exportL3Ws: 0,
  };
}

/** Adds `seconds` of a power flow. */
export function addFlow(energy: EnergyTotals, flow: PowerFlow, seconds: number): void {
  const charge = Math.max(0, -flow.batteryW) * seconds;
  const exported = Math.max(0, -flow.gridW) * seconds;
  const pv1 = flow.pv1W * seconds;
  const pv1ToBattery = Math.min(pv1, charge);
  energy.pv1Ws += pv1;
  energy.pv1ToBatteryWs += pv1ToBattery;
  const pv1ToGrid = Math.min(pv1 - pv1ToBattery, exported);
  energy.pv1ToGridWs += pv1ToGrid;
  energy.pv1ToHouseWs += pv1 - pv1ToBattery - pv1ToGrid;
  energy.hybridOutWs += Math.max(0, flow.hybridAcW) * seconds;
  energy.pv2Ws += flow.pv2W * seconds;
  energy.chargeWs += charge;
  energy.dischargeWs += Math.max(0, flow.batteryW) * seconds;
  energy.loadWs += flow.loadW * seconds;
  energy.importWs += Math.max(0, flow.gridW) * seconds;
  energy.exportWs += exported;
  const [l1, l2, l3] = flow.gridPhaseW;
  energy.importL1Ws += Math.max(0, l1) * seconds;
  energy.importL2Ws += Math.max(0, l2) * seconds;
  energy.importL3Ws += Math.max(0, l3) * seconds;
  energy.exportL1Ws += Math.max(0, -l1) * seconds;
  energy.exportL2Ws += Math.max(0, -l2) * seconds;
  energy.exportL3Ws += Math.max(0, -l3) * seconds;
}
