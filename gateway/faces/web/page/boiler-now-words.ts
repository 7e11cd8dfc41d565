import type { BoilerInputNow, BoilerNow } from './boiler-types.ts';
import { motorNames, temperatureWords } from './boiler-words.ts';
import type { Fact } from './fact.ts';
import { formatAge, formatDuration, noValue } from './format.ts';

/** Older than that it is not what is there now. */
const freshMsMax = 2 * 60_000;

const temperatureNames = { water: 'Water', flue: 'Flue', enclosure: 'Enclosure' } as const;

/** What is measured now, a fact each, with its age where it is not fresh. */
export function inputFacts({ inputs }: BoilerNow, nowMs: number): readonly Fact[] {
  const shown = inputs.filter(({ configured, isNeeded }) => configured !== null || isNeeded);
  return shown.map((input): Fact => {
    const name = nameOf(input);
    const value = isTemperature(input.input) ? temperatureWords(input.value) : onWords(input.isOn);
    if (input.problem !== null) {
      const words = input.hint === null ? input.problem : `${input.problem} (${input.hint})`;
      return [name, words];
    }
    if (input.atMs === null) return [name, noValue];
    const ageMs = nowMs - input.atMs;
    return [name, ageMs > freshMsMax ? `${value}, ${formatAge(ageMs)} old` : value];
  });
}

/** The least the water was: of a day, a week and a fortnight. */
export function minimumFacts({ minima }: BoilerNow): readonly Fact[] {
  return minima.map(({ hours, waterC }): Fact => [
    `Least in ${hours <= 48 ? `${hours} h` : `${Math.round(hours / 24)} d`}`,
    temperatureWords(waterC),
  ]);
}

/** `for 2 h 05 min`, and that it may still change. */
export function sinceWords({ sinceMs, isProvisional }: BoilerNow, nowMs: number): string {
  const since = sinceMs === null ? '' : `for ${formatDuration(nowMs - sinceMs)}`;
  return [since, ...(isProvisional ? ['provisional'] : [])].filter((part) => part !== '').join(', ');
}

/** How old the newest of what decides the phase is; undefined while that is fresh. */
export function oldWords({ inputs }: BoilerNow, nowMs: number): string | undefined {
  const water = inputs.find(({ input }) => input === 'water');
  if (water?.atMs === null || water === undefined) return 'The water is not measured.';
  const ageMs = nowMs - water.atMs;
  return ageMs > freshMsMax ? `Old: the water was measured ${formatAge(ageMs)} ago.` : undefined;
}

function nameOf({ input }: BoilerInputNow): string {
  return isTemperature(input) ? temperatureNames[input] : motorNames[input];
}

function isTemperature(input: BoilerInputNow['input']): input is keyof typeof temperatureNames {
  return input in temperatureNames;
}

function onWords(isOn: boolean | null): string {
  if (isOn === null) return noValue;
  return isOn ? 'on' : 'off';
}
