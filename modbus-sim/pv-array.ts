import type { Plane } from './sun.ts';

/** Panels of one orientation on one inverter. */
export interface PvArray extends Plane {
  /** At 1000 W/m² and 25 °C cell temperature. */
  readonly peakW: number;
  /** The inverter takes no more than this from the panels. */
  readonly dcLimitW: number;
}

/** Below this an inverter does not start. */
const startIrradianceWm2 = 8;

/**
 * DC power in whole watts. Cells run 0.03 K above the air per W/m² and lose 0.4 % per kelvin over 25 °C (typical of
 * crystalline silicon); dirt, wiring and mismatch take 8 %.
 */
export function dcPowerW(array: PvArray, irradianceWm2: number, outdoorCelsius: number): number {
  if (irradianceWm2 < startIrradianceWm2) return 0;
  const cellCelsius = outdoorCelsius + 0.03 * irradianceWm2;
  const powerW = array.peakW * (irradianceWm2 / 1000) * (1 - 0.004 * (cellCelsius - 25)) * 0.92;
  return Math.round(Math.min(powerW, array.dcLimitW));
}
