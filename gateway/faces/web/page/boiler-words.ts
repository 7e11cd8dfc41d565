import { boilerMotors, type BoilerMinute, type BoilerMotor, type BoilerPhase } from './boiler-minute.ts';
import type { Span } from './chart-ranges.ts';
import { formatFixed, formatTime, noValue } from './format.ts';

/** When and where it is. */
export interface SiteTime {
  readonly nowMs: number;
  readonly zone: string | undefined;
}

export const phaseNames: Readonly<Record<BoilerPhase, string>> = {
  undefined: 'Not known',
  combustion: 'Combustion',
  ignition: 'Ignition',
  hold: 'Fire held',
  stop: 'The fire is out',
  jam: 'Jam or empty silo',
  watch: 'Combustion to watch',
};

/** What each phase means. */
export const phaseMeanings: Readonly<Record<BoilerPhase, string>> = {
  undefined: 'The water, the igniter or the primary fan is not measured now.',
  combustion: 'The primary fan runs and pellets burn.',
  ignition: 'The igniter lights the pellets.',
  hold: 'Neither fan nor igniter runs, and the water is warm enough.',
  stop: 'The water is below the failure temperature, and neither fan nor igniter runs.',
  jam: 'The fan runs, but the water does not get warmer: the auger is jammed or the silo is empty.',
  watch: 'The water is below the failure temperature, and is getting warmer or was just lit.',
};

export const motorNames: Readonly<Record<BoilerMotor, string>> = {
  igniter: 'Igniter',
  primaryFan: 'Primary fan',
  secondaryFan: 'Secondary fan',
  auger: 'Auger',
};

/** °C with one decimal, as on the boiler itself. */
export function temperatureWords(valueC: number | null): string {
  return valueC === null ? noValue : formatFixed(valueC, 1, '°C');
}

/** What there is to say of a minute, in a line. */
export function minuteWords(minute: BoilerMinute | undefined, atMs: number, time: SiteTime): string {
  const when = formatTime(atMs, time.nowMs, time.zone);
  if (minute === undefined) return `${when} · nothing is stored`;
  const { waterC, flueC, isOn, phase } = minute;
  const on = boilerMotors.filter((motor) => isOn[motor] === true).map((motor) => motorNames[motor]);
  const running = on.length === 0 ? '' : ` · on: ${on.join(', ').toLowerCase()}`;
  return `${when} · water ${temperatureWords(waterC)} · flue ${temperatureWords(flueC)} · ${phaseNames[phase].toLowerCase()}${running}`;
}

/** The title of the picture. */
export function spanWords({ fromMs, toMs }: Span, { nowMs, zone }: SiteTime): string {
  return `From ${formatTime(fromMs, nowMs, zone)} to ${formatTime(toMs, nowMs, zone)}`;
}
