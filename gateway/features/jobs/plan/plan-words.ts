import { localIso } from '../../../core/local-hour.ts';
import { signalAt, type SignalKind } from '../../../core/power-signal.ts';
import { formatWhen } from '../parse-when.ts';
import type { PlanReason, SignalMeans } from './plan.ts';
import type { PlanScene } from './plan-scene.ts';
import type { Draft } from './draft.ts';
import type { GateTerm } from './start-gates.ts';

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
  const reasons = gates.terms.map((term) => measured(term, scene));
  const values = valuesOf(draft, expected);
  if (values !== '') reasons.push(`${values}, and no time before ${clock(work.deadlineMs, scene)} is better`);
  return reasons.join('; ');
}

function lastTime({ draft }: Said, scene: PlanScene): string {
  const { latestStartMs, work } = draft.frame;
  const isLatest = scene.nowMs >= latestStartMs;
  if (isLatest) return `it must be done by ${clock(work.deadlineMs, scene)}`;
  return `this is the last time that ${formatWhen(work.when)} leaves`;
}

function compared({ draft, expected, ifNow }: Said): string {
  const [then, now] = [valuesOf(draft, expected), valuesOf(draft, ifNow)];
  if (then === '') return '';
  return now === '' ? `${then} then` : `${then} then, ${now} now`;
}

/** Until when it waits at most. */
function waiting(said: Said, scene: PlanScene): string {
  const { choice } = said.draft;
  if (choice.why === 'best' || choice.why === 'fullest') return `waits for ${startOf(said, scene)}`;
  return `starts at ${startOf(said, scene)} at the latest`;
}

function missing({ draft }: Said, scene: PlanScene): string {
  const { gates, work, latestStartMs } = draft.frame;
  if (gates.shut !== undefined) return measured(gates.shut, scene);
  if (draft.frame.allowed.every(({ endMs }) => endMs <= scene.nowMs)) {
    return `until then no time is left by ${formatWhen(work.when)}`;
  }
  return `by ${formatWhen(work.when)} it may not start before; at ${clock(latestStartMs, scene)} at the latest`;
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

function measured(term: GateTerm, scene: PlanScene): string {
  const now = signalAt(scene.signal(term.kind), scene.nowMs)?.value;
  if (now === undefined) return '';
  if (term.kind === 'own_export') {
    return `the house gives ${Math.round(now)} W to the grid, and ${term.watts} W are waited for`;
  }
  const size = Math.abs(now) < 10 ? Math.abs(now).toFixed(1) : String(Math.round(Math.abs(now)));
  return `the zone produces ${size} MW ${now > 0 ? 'more' : 'less'} than it consumes`;
}

function valuesOf({ frame }: Draft, means: SignalMeans): string {
  const { carbonGramsPerKwh: carbon, priceMicroEurosPerKwh: price } = means;
  const words: string[] = [];
  const goesBy = (kind: SignalKind): boolean => frame.work.when.some((term) => term.kind === kind);
  if (goesBy('carbon') && carbon !== undefined) words.push(`${grams(carbon)} g/kWh`);
  if (goesBy('price') && price !== undefined) words.push(`${(price / 1_000_000).toFixed(4)} €/kWh`);
  return words.join(' and ');
}

function grams(value: number): string {
  return Math.abs(value) < 10 ? value.toFixed(1) : String(Math.round(value));
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
