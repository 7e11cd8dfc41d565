import type { Battery } from './battery.ts';
import type { HybridControls } from './home-controls.ts';

/** Its own needs, and what it loses of what passes through. */
const standbyW = 12;
const lossShare = 0.025;

export interface HybridInput {
  /** What array 1 could give, DC. */
  readonly pvW: number;
  /** What it should give for the grid to come to zero, as its meter saw it last. */
  readonly wantedAcW: number;
  /** What the house draws less what the other inverter gives. */
  readonly houseW: number;
  readonly controls: HybridControls;
  readonly stepS: number;
}

/** Whole watts: pv1W + batteryW − hybridLossW = hybridAcW. */
export interface HybridFlow {
  readonly pv1W: number;
  readonly batteryW: number;
  readonly hybridLossW: number;
  readonly hybridAcW: number;
}

/** A hybrid inverter for one step: the battery follows the meter within what it was told, panels yield to the limits. */
export function hybridFlow(battery: Battery, ratedW: number, input: HybridInput): HybridFlow {
  const { controls, pvW, stepS } = input;
  const acWMax = Math.min(ratedW, controls.acWMax, input.houseW + controls.exportWMax);
  const wantedAcW = Math.min(acWMax, Math.max(-ratedW, input.wantedAcW));
  const wishW = within(controls, Math.round(dcForAcW(wantedAcW)) - pvW, pvW);
  const mostDcW = Math.max(0, Math.floor(dcForAcW(acWMax)));
  // Against the limit a discharge ends before the panels yield; what the panels give too much may charge.
  const batteryW = battery.feasibleW(Math.min(wishW, Math.max(0, mostDcW - pvW)), stepS, controls);
  const pv1W = Math.max(0, Math.min(pvW, mostDcW - batteryW));
  const hybridLossW = standbyW + Math.round(lossShare * Math.abs(pv1W + batteryW));
  return { pv1W, batteryW, hybridLossW, hybridAcW: pv1W + batteryW - hybridLossW };
}

function within({ batteryWMin, batteryWMax, chargesFromGrid }: HybridControls, wishW: number, pvW: number) {
  const toldW = Math.min(batteryWMax, Math.max(batteryWMin, wishW));
  return chargesFromGrid ? toldW : Math.max(toldW, -pvW);
}

function dcForAcW(acW: number): number {
  const throughW = acW + standbyW;
  return throughW > 0 ? throughW / (1 - lossShare) : throughW / (1 + lossShare);
}
