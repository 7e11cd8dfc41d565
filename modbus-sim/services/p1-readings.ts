import type { HomeState } from '../home-state.ts';
import type { SimulatedHome } from '../home.ts';

type Triple = readonly [number, number, number];

/** What the meter at the street shows. */
export interface P1Readings {
  readonly atMs: number;
  /** + import, − export. */
  readonly powerW: number;
  readonly phaseW: Triple;
  readonly phaseV: Triple;
  readonly phaseA: Triple;
  readonly frequencyHz: number;
  /** Low and normal tariff. */
  readonly importWh: readonly [number, number];
  readonly exportWh: readonly [number, number];
  readonly tariff: 1 | 2;
  /** The gas meter, and when it was last read: every five minutes. */
  readonly gasM3: number;
  readonly waterM3: number;
  readonly childAtMs: number;
}

const childPeriodMs = 300_000;
const hourMs = 3_600_000;
const lowShare = 0.53;
/** Since when the gas and the water of the home run. */
const childStartMs = Date.UTC(2020, 0, 1);
const gasM3PerHour = 0.21;
const waterM3PerHour = 0.014;

/** The home as its meter sees it. What is imported is shared among tariffs so that each only grows. */
export function p1Readings(home: SimulatedHome, nowMs: number): P1Readings {
  home.advanceTo(nowMs);
  const state = home.state();
  const { gridW, gridPhaseW, phaseVoltageV, frequencyHz } = state.flow;
  const childAtMs = Math.floor(nowMs / childPeriodMs) * childPeriodMs;
  const hours = Math.max(0, childAtMs - childStartMs) / hourMs;
  const localHour = new Date(nowMs + home.site.utcOffsetMinutes * 60_000).getUTCHours();
  return {
    atMs: nowMs,
    powerW: gridW,
    phaseW: gridPhaseW,
    phaseV: phaseVoltageV,
    phaseA: amperes(state),
    frequencyHz,
    importWh: shared(state.energy.importWs),
    exportWh: shared(state.energy.exportWs),
    tariff: localHour >= 7 && localHour < 23 ? 2 : 1,
    gasM3: Math.floor(hours * gasM3PerHour * 1000) / 1000,
    waterM3: Math.floor(hours * waterM3PerHour * 1000) / 1000,
    childAtMs,
  };
}

function amperes({ flow: { gridPhaseW, phaseVoltageV } }: HomeState): Triple {
  const ampere = (phase: 0 | 1 | 2): number => Math.round(gridPhaseW[phase] / phaseVoltageV[phase]);
  return [ampere(0), ampere(1), ampere(2)];
}

/** Whole watt-hours that add up to the whole. */
function shared(wattSeconds: number): readonly [number, number] {
  const wattHours = Math.floor(wattSeconds / 3600);
  const low = Math.floor(wattHours * lowShare);
  return [low, wattHours - low];
}
