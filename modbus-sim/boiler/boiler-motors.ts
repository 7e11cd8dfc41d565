import type { BoilerMode } from './boiler-control.ts';
import { burntGramsPerSecond } from './pellet-fire.ts';

/** What the boiler's motors do in a second. */
export interface MotorOrders {
  /** Primary fan, %. */
  readonly fanPct: number;
  readonly isAugerOn: boolean;
  readonly isIgniterOn: boolean;
  readonly isSecondaryFanOn: boolean;
}

/** What flows to the motors, A (RMS), as the clamps are wired: A0 to A3. */
export interface MotorCurrents {
  readonly secondaryFanA: number;
  readonly igniterA: number;
  readonly primaryFanA: number;
  readonly augerA: number;
}

export const augerGramsPerSecond = 1.8;
export const fanPctMax = 80;

const augerPeriodS = 20;
/** What the igniter needs before it lies there. */
const firstLoadS = 90;
/** A pulse every five minutes keeps embers. */
const emberPeriodS = 300;
const emberPulseS = 5;

/** @param forS how long it has been at it */
export function motorOrders(mode: BoilerMode, forS: number, waterC: number): MotorOrders {
  const isBurning = mode === 'combustion' || mode === 'burn-out';
  const fanPct = fanPctOf(mode, waterC);
  return {
    fanPct,
    isAugerOn: isAugerOn(mode, forS, fanPct),
    isIgniterOn: mode === 'ignition',
    isSecondaryFanOn: isBurning,
  };
}

function fanPctOf(mode: BoilerMode, waterC: number): number {
  if (mode === 'ignition') return 40;
  if (mode === 'burn-out') return 30;
  if (mode !== 'combustion') return 0;
  // Less air when the water is nearly as hot as it should be.
  return Math.round(Math.min(fanPctMax, Math.max(50, fanPctMax - (waterC - 67) * 10)));
}

function isAugerOn(mode: BoilerMode, forS: number, fanPct: number): boolean {
  if (mode === 'hold') return forS % emberPeriodS < emberPulseS;
  if (mode === 'ignition' && forS < firstLoadS) return true;
  if (mode !== 'combustion') return false;
  const share = (burntGramsPerSecond * (fanPct / fanPctMax)) / augerGramsPerSecond;
  return forS % augerPeriodS < share * augerPeriodS;
}

/** Of the primary fan by its speed: what the crests of the ancestor's list come to (1656 mV at 10 % to 1663 at 80 %). */
const fanCurves = [
  [0, 0],
  [10, 0.17],
  [20, 0.21],
  [30, 0.24],
  [40, 0.26],
  [60, 0.27],
  [80, 0.33],
] as const;
const fanSurgeA = 0.47;
const fanSurgeS = 3;
const igniterA = 3.8;
const secondaryFanA = 0.45;
const augerA = 0.49;
/** It cannot turn; its protection switches it off and on again. */
const jammedAugerA = 1.3;
const jammedOnS = 2;

export interface MotorTroubles {
  readonly isIgniterDead: boolean;
  readonly isAugerJammed: boolean;
}

/**
 * What the motors draw when they are told so.
 *
 * @param sinceS seconds since each of the fan and the auger was switched on
 */
export function motorCurrents(
  orders: MotorOrders,
  sinceS: { readonly fanS: number; readonly augerS: number },
  { isIgniterDead, isAugerJammed }: MotorTroubles,
): MotorCurrents {
  const isSurging = orders.fanPct > 0 && sinceS.fanS < fanSurgeS;
  const turningA = isAugerJammed ? (sinceS.augerS < jammedOnS ? jammedAugerA : 0) : augerA;
  return {
    secondaryFanA: orders.isSecondaryFanOn ? secondaryFanA : 0,
    igniterA: orders.isIgniterOn && !isIgniterDead ? igniterA : 0,
    primaryFanA: isSurging ? fanSurgeA : fanCurrentA(orders.fanPct),
    augerA: orders.isAugerOn ? turningA : 0,
  };
}

function fanCurrentA(pct: number): number {
  for (const [index, [rightPct, rightA]] of fanCurves.entries()) {
    if (pct > rightPct) continue;
    const [leftPct, leftA] = fanCurves[index - 1] ?? [0, 0];
    return rightPct === leftPct
      ? rightA
      : leftA + ((rightA - leftA) * (pct - leftPct)) / (rightPct - leftPct);
  }
  return fanCurves.at(-1)?.[1] ?? 0;
}
