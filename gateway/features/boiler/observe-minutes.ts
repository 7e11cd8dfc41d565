import type { AlertFacts, AlertObservation } from '../../core/alert.ts';
import type { BoilerInput } from './boiler-input.ts';
import { minuteMs, type BoilerMinute } from './boiler-minute.ts';
import type { BoilerSight, Sight } from './boiler-sight.ts';
import type { BoilerRuleId } from './boiler-words.ts';
import type { Phase } from './phase.ts';

/** A minute that is closed: what was said in it, and the phase that it came to. */
export interface ClosedMinute {
  readonly startMs: number;
  /** undefined: nothing. */
  readonly minute: BoilerMinute | undefined;
  readonly phase: Phase;
}

export interface ObserveContext {
  /** Of the boiler: the subject. */
  readonly boiler: string;
  readonly name: string;
  readonly failureC: number;
  readonly sight: BoilerSight;
  /** Since when somebody looks. */
  readonly awakeMs: number;
}

const phaseRules: readonly (readonly [BoilerRuleId, Phase])[] = [
  ['boiler-fire-out', 'stop'],
  ['boiler-jam', 'jam'],
  ['boiler-watch', 'watch'],
];

/** What the rules of the boiler are to know of minutes, in the order of time. */
export function observeMinutes(
  minutes: readonly ClosedMinute[],
  context: ObserveContext,
): readonly AlertObservation[] {
  const { boiler, sight, awakeMs } = context;
  return minutes.flatMap((closed) => {
    const { startMs, minute, phase } = closed;
    const seen = sight.look(startMs, minute, awakeMs);
    const facts = boilerFacts(closed, seen, context);
    const said = { fromMs: startMs, toMs: startMs + minuteMs, facts };
    const ofRule = (rule: BoilerRuleId, holds: boolean | undefined): AlertObservation => ({
      ...{ rule, subject: boiler, holds },
      ...said,
    });
    const others = [...seen.others].map(([input, holds]) => ({
      ...{ rule: 'boiler-silent' satisfies BoilerRuleId, subject: `${boiler}/${input}`, holds },
      ...said,
      facts: { ...facts, ...inputFacts([input]) },
    }));
    return [
      ...phaseRules.map(([rule, bad]) => ofRule(rule, phase === 'undefined' ? undefined : phase === bad)),
      ofRule('boiler-silent', seen.isSilent),
      ...others,
      ofRule('boiler-stuck', seen.isStuck),
    ];
  });
}

const french: Readonly<Record<BoilerInput, string>> = {
  water: 'eau',
  flue: 'fumées',
  enclosure: 'boitier',
  secondaryFan: 'ventilateur secondaire',
  igniter: 'allumage',
  primaryFan: 'ventilateur primaire',
  auger: 'alimentation',
};

const frenchPhases: Readonly<Record<Phase, string>> = {
  undefined: 'phase non définie',
  combustion: 'combustion',
  ignition: 'allumage',
  hold: 'maintien de feu',
  stop: 'arrêt',
  jam: 'silo vide ou risque de bourrage',
  watch: 'combustion à surveiller',
};

function boilerFacts(
  { minute, phase }: ClosedMinute,
  { silent }: Sight,
  { name, failureC }: ObserveContext,
): AlertFacts {
  return {
    boiler: name,
    phase,
    phaseFr: frenchPhases[phase],
    waterC: tenths(minute?.waterC),
    flueC: tenths(minute?.inputs.get('flue')?.mean),
    failureC,
    ...inputFacts(silent),
  };
}

function inputFacts(inputs: readonly BoilerInput[]): AlertFacts {
  return { inputs: inputs.join(', '), inputsFr: inputs.map((input) => french[input]).join(', ') };
}

function tenths(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Math.round(value * 10) / 10;
}
