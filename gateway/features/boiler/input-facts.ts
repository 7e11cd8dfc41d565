import type { LiveValue } from '../../core/live-feed.ts';
import type { Quality } from '../../core/quality.ts';
import { isNeeded, neededInputs, type BoilerInput } from './boiler-input.ts';
import type { BoilerPorts } from './boiler-ports.ts';
import type { BoilerSettings } from './boiler-section.ts';
import type { FoundInput } from './input-directory.ts';

/** What an input says now, and what keeps it from being seen. */
export interface InputFacts {
  readonly input: BoilerInput;
  readonly isNeeded: boolean;
  /** As it is configured; null where it is not, and should be. */
  readonly configured: string | null;
  /** Where it was found; null while nothing was read of it. */
  readonly device: string | null;
  readonly quantity: string | null;
  readonly value: number | null;
  /** Of a motor, whether it is on. */
  readonly isOn: boolean | null;
  readonly quality: Quality | null;
  readonly atMs: number | null;
  readonly ageMs: number | null;
  readonly problem: string | null;
  readonly hint: string | null;
}

interface Around {
  readonly nowMs: number;
  readonly latest: readonly LiveValue[];
  /** Period of a source or device; undefined where there is none of that id. */
  readonly periodMsOf: BoilerPorts['periodMsOf'];
  readonly found: readonly FoundInput[];
}

const silentPeriods = 3;
const silentMsMin = 60_000;

/** Of all that are configured, and of the needed ones that are not. */
export function inputFacts({ inputs }: BoilerSettings, around: Around): readonly InputFacts[] {
  const missing = neededInputs.filter((input) => !inputs.has(input));
  return [
    ...[...inputs].map(([input, { series }]) => factsOf(input, series, around)),
    ...missing.map((input) => ({
      ...unseen(input, null),
      problem: `boiler.inputs.${input} is not configured: no phase is known without it`,
      hint: 'docs/boiler.md says how the inputs are named',
    })),
  ];
}

function factsOf(input: BoilerInput, configured: string, around: Around): InputFacts {
  const facts = unseen(input, configured);
  const [id = ''] = configured.split('/');
  const periodMs = around.periodMsOf(id);
  if (periodMs === undefined) {
    const problem = `boiler.inputs.${input} is ${configured}, and there is no source or device ${id}`;
    return { ...facts, problem, hint: 'egw source list and egw device list show their ids' };
  }
  const wanted = around.found.find((one) => one.input === input);
  if (wanted === undefined) {
    const problem = `boiler.inputs.${input} is ${configured}, of which nothing has been read`;
    return { ...facts, problem, hint: `egw source show ${id} shows what it reads` };
  }
  const { device, quantity } = wanted.series;
  const live = around.latest.find((value) => value.device === device && value.quantity === quantity);
  const said = { ...facts, device, quantity, ...saidBy(live, wanted, around.nowMs) };
  const problem = troubleOf(said, Math.max(silentMsMin, silentPeriods * periodMs));
  return { ...said, problem, hint: problem === null ? null : `egw source show ${id} says how it does` };
}

function saidBy(
  live: LiveValue | undefined,
  { isOn }: FoundInput,
  nowMs: number,
): Pick<InputFacts, 'value' | 'isOn' | 'quality' | 'atMs' | 'ageMs'> {
  const { value = null, quality = null, atMs = null } = live ?? {};
  return {
    ...{ value, quality, atMs },
    isOn: value === null || isOn === undefined ? null : isOn(value),
    // The wall clock may have stepped back since: an age is never negative.
    ageMs: atMs === null ? null : Math.max(0, nowMs - atMs),
  };
}

function troubleOf({ input, ageMs, quality }: InputFacts, limitMs: number): string | null {
  if (ageMs === null || ageMs > limitMs) return `nothing comes from the input ${input} any more`;
  if (quality === 'good' || quality === 'estimated') return null;
  return `the input ${input} says nothing good: ${quality ?? 'missing'}`;
}

function unseen(input: BoilerInput, configured: string | null): InputFacts {
  return {
    ...{ input, isNeeded: isNeeded(input), configured },
    ...{ device: null, quantity: null, value: null, isOn: null, quality: null, atMs: null, ageMs: null },
    ...{ problem: null, hint: null },
  };
}
