import { localIso } from '../../../core/local-hour.ts';
import { signalAt, type SignalKind } from '../../../core/power-signal.ts';
import { formatWhen } from '../parse-when.ts';
import type { PlanReason, SignalMeans } from './plan.ts';
import type { PlanScene } from './plan-scene.ts';
import type { Draft } from './draft.ts';
import type { GateTerm, StartGates } from './start-gates.ts';

interface Said {
  readonly draft: Draft;
  readonly reason: PlanReason;
  readonly runsNow: boolean;
  readonly expected: SignalMeans;
  readonly ifNow: SignalMeans;
}

const signalNames: Readonly<Record<SignalKind, string>> = {
  carbon: 'the carbon intensity of the zone',
  price: 'the price',
  surplus: 'the production of the zone beside its consumption',
  red: 'the colour of the day',
  own_export: 'what the house gives to the grid',
};

/** Why a job runs or waits, in a line for people: `waits for 03:00: 41 g/kWh then, 180 g/kWh now`. */
export function wordsOf(said: Said, scene: PlanScene): string {
  switch (said.reason) {
    case 'running':
      return 'runs, and cannot be interrupted';
    case 'best_now':
      return `${verbOf(said)}${because(bestNow(said, scene))}`;
    case 'latest_start':
      return `${verbOf(said)}${because(lastTime(said, scene))}`;
    case 'better_later':
      return `waits for ${startOf(said, scene)}${because(compared(said))}`;
    case 'condition':
      return `${waiting(said, scene)}${because(missing(said, scene))}`;
    case 'unknown':
      return `${waiting(said, scene)}${because(unknown(said, scene))}`;
    case 'limit':
      return `waits for ${startOf(said, scene)}: ${scene.input.parallelMax} may run at once, and others go first`;
  }
}

function because(why: string): string {
  return why === '' ? '' : `: ${why}`;
}

function verbOf({ draft }: Said): string {
  return { waiting: 'starts now', paused: 'goes on now', running: 'goes on' }[draft.frame.work.state];
}

function bestNow({ draft, expected }: Said, scene: PlanScene): string {
  const { gates, work } = draft.frame;
  if (draft.choice.why === 'fullest') return `it fits nowhere whole, and here most of it does`;
  const reasons = gates.terms.map((term) => measured(term, gates, scene));
  const values = valuesOf(draft, [expected])[0] ?? '';
  if (values !== '') reasons.push(`${values}, and no time before ${clock(work.deadlineMs, scene)} is better`);
  return reasons.length > 0 ? reasons.join('; ') : `${formatWhen(work.when)} allows it`;
}

function lastTime({ draft }: Said, scene: PlanScene): string {
  const { latestStartMs, work } = draft.frame;
  const isLatest = scene.nowMs >= latestStartMs;
  if (isLatest) return `it must be done by ${clock(work.deadlineMs, scene)}`;
  return `this is the last time that ${formatWhen(work.when)} leaves`;
}

function compared({ draft, expected, ifNow }: Said): string {
  const [then = '', now = ''] = valuesOf(draft, [expected, ifNow]);
  if (then === '') return '';
  return now === '' ? `${then} then` : `${then} then, ${now} now`;
}

/** Until when it waits at most. */
function waiting(said: Said, scene: PlanScene): string {
  const { choice } = said.draft;
  if (choice.why === 'best' || choice.why === 'fullest') return `waits for ${startOf(said, scene)}`;
  return `starts at ${startOf(said, scene)} at the latest`;
}

function missing(said: Said, scene: PlanScene): string {
  const { frame, choice } = said.draft;
  const { gates, work, latestStartMs } = frame;
  if (gates.shut !== undefined) return measured(gates.shut, gates, scene);
  const when = formatWhen(work.when);
  if (choice.why === 'unknown') return `${unknown(said, scene)}; ${when} leaves no later time`;
  if (choice.why === 'last') return `until then ${when} leaves no time for it`;
  return `by ${when} it may not start before; at ${clock(latestStartMs, scene)} at the latest`;
}

function unknown({ draft }: Said, scene: PlanScene): string {
  const { gates, work } = draft.frame;
  const values = (['carbon', 'price'] as const).filter((kind) =>
    work.when.some((term) => term.kind === kind),
  );
  const kinds: readonly SignalKind[] = gates.unknown === undefined ? values : [gates.unknown.kind];
  return kinds
    .map((kind) => {
      const why = scene.signal(kind).unknown;
      return `${signalNames[kind]} is not known${why === undefined ? ' for long enough' : ` (${why})`}`;
    })
    .join('; ');
}

function measured(term: GateTerm, { takenWatts }: StartGates, scene: PlanScene): string {
  const now = signalAt(scene.signal(term.kind), scene.nowMs)?.value;
  if (now === undefined) return '';
  if (term.kind === 'own_export') return exported(now, takenWatts, term.watts);
  if (now === 0) return 'the zone produces as much as it consumes';
  const size = Math.abs(now) < 10 ? Math.abs(now).toFixed(1) : String(Math.round(Math.abs(now)));
  return `the zone produces ${size} MW ${now > 0 ? 'more' : 'less'} than it consumes`;
}

function exported(watts: number, takenWatts: number, wantedWatts: number): string {
  const size = Math.round(Math.abs(watts));
  if (watts < 0 && size > 0)
    return `the house takes ${size} W from the grid, and ${wantedWatts} W to it are waited for`;
  const given = `the house gives ${size} W to the grid`;
  if (watts < wantedWatts) return `${given}, and ${wantedWatts} W are waited for`;
  if (watts - takenWatts >= wantedWatts) return `${given}, and ${wantedWatts} W are enough`;
  const taken = Math.round(takenWatts);
  return `${given}, of which jobs that have just started take ${taken} W, and ${wantedWatts} W are waited for`;
}

/** Of each of the means, so precise that they differ where they do. */
function valuesOf({ frame }: Draft, means: readonly SignalMeans[]): readonly string[] {
  const words = means.map((): string[] => []);
  const goesBy = (kind: SignalKind): boolean => frame.work.when.some((term) => term.kind === kind);
  const add = (values: readonly (number | undefined)[], unit: string, digits: number): void => {
    shown(values, digits).forEach((text, index) => {
      if (text !== undefined) words[index]?.push(`${text} ${unit}`);
    });
  };
  if (goesBy('carbon')) {
    const grams = means.map(({ carbonGramsPerKwh }) => carbonGramsPerKwh);
    add(grams, 'g/kWh', grams.some((value) => Math.abs(value ?? Infinity) < 10) ? 1 : 0);
  }
  if (goesBy('price')) {
    const prices = means.map(({ priceMicroEurosPerKwh: price }) => price && price / 1_000_000);
    add(prices, '€/kWh', 4);
  }
  return words.map((each) => each.join(' and '));
}

function shown(values: readonly (number | undefined)[], digits: number): readonly (string | undefined)[] {
  const known = new Set(values.filter((value) => value !== undefined));
  for (let more = digits; ; more += 1) {
    const texts = values.map((value) => value?.toFixed(more));
    const isTold = new Set(texts.filter((text) => text !== undefined)).size === known.size;
    if (isTold || more >= digits + 2) return texts;
  }
}

function startOf({ draft }: Said, scene: PlanScene): string {
  return clock(draft.choice.slots[0]?.startMs ?? draft.frame.latestStartMs, scene);
}

/** `03:00`, with the date where it is not today's. */
function clock(atMs: number, { nowMs, input }: PlanScene): string {
  const [date, time] = localIso(input.zone, atMs).split('T');
  const today = localIso(input.zone, nowMs).split('T')[0];
  const shown = (time ?? '').slice(0, 5);
  return date === today ? shown : `${date ?? ''} ${shown}`;
}
