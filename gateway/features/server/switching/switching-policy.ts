import type { Derogation } from '../../../core/derogations.ts';
import type { Interval } from '../../../core/interval.ts';
import { tariffBandInterval } from '../../../core/tariff-band.ts';
import { addDays, tempoDayAt, tempoDayInterval, type TempoDay } from '../../../core/tempo-day.ts';
import type { KnownTempoDay } from '../../../core/tempo-knowledge.ts';
import type { ServerSettings } from '../server-section.ts';

/** What the policy goes by of the configuration. */
export type PolicySettings = Pick<ServerSettings, 'policy' | 'unknownColour' | 'redProbability'>;

/** What the policy knows. */
export interface PolicyKnowledge {
  /** undefined: not known. */
  colourOf(day: TempoDay): KnownTempoDay | undefined;
  /** 0 to 1; 0 where the day cannot be red by the calendar. */
  redProbability(day: TempoDay): number;
  /** Those that hold and touch the range, by start. */
  covering(range: Interval): readonly Derogation[];
}

/**
 * Why the policy wants what it wants. Off: `red-day`, `red-tomorrow`, `unknown-day-off`, `unknown-tomorrow-off` (with
 * `by-probability` too). On: `not-red`, `off-peak` (of a red day, by the preset `tariff`), `derogation` (one covers the
 * instant), `derogation-tomorrow` (it is on for the night), `unknown-day-on`, `unknown-tomorrow-on`.
 */
export const policyReasons = [
  'red-day',
  'red-tomorrow',
  'unknown-day-off',
  'unknown-tomorrow-off',
  'not-red',
  'off-peak',
  'derogation',
  'derogation-tomorrow',
  'unknown-day-on',
  'unknown-tomorrow-on',
] as const;

export type PolicyReason = (typeof policyReasons)[number];

/** What the server is to be at one instant, and by what. */
export interface PolicyWish {
  readonly wanted: 'on' | 'off';
  readonly reason: PolicyReason;
  /** The tariff day that decides. */
  readonly day: TempoDay;
  /** undefined: not known. */
  readonly known: KnownTempoDay | undefined;
  /** Of red, 0 to 1. */
  readonly redProbability: number;
  /** That keeps it on. */
  readonly derogation: Derogation | undefined;
}

export interface NextChange {
  readonly atMs: number;
  readonly wish: PolicyWish;
  /** False: a colour that is not known yet may bring it to nothing, or another one before it. */
  readonly isCertain: boolean;
}

/** Colours are known for tomorrow at most; a run of reds and a week-end lie well within. */
const daysAhead = 9;

/**
 * Pure: what the policy wants at the instant. undefined: it is `none`. A colour that is not known is decided by the
 * configuration, and only where the day may be red. A derogation that touches a red day keeps the server on in the
 * evening before it, too.
 */
export function policyWish(
  atMs: number,
  knowledge: PolicyKnowledge,
  settings: PolicySettings,
): PolicyWish | undefined {
  if (settings.policy === 'none') return undefined;
  const day = tempoDayAt(atMs);
  const isPeak = atMs < tariffBandInterval(day, 'peak').endMs;
  if (settings.policy === 'tariff')
    return isPeak
      ? derogated(atMs, judge(day, 'day', knowledge, settings), knowledge)
      : offPeak(judge(day, 'day', knowledge, settings));
  const own = derogated(atMs, judge(day, 'day', knowledge, settings), knowledge);
  if (own.wanted === 'off' || own.reason === 'derogation' || isPeak) return own;
  const evening = eveningBefore(addDays(day, 1), knowledge, settings);
  // What is decided by tomorrow's colour says more than that today is not red.
  return evening.reason === 'not-red' ? own : derogated(atMs, evening, knowledge);
}

/** Pure: the next instant at which something else is wanted, as far as is known now; undefined: none in sight. */
export function nextPolicyChange(
  atMs: number,
  knowledge: PolicyKnowledge,
  settings: PolicySettings,
): NextChange | undefined {
  const now = policyWish(atMs, knowledge, settings);
  if (now === undefined) return undefined;
  for (const edgeMs of edgesAfter(atMs, knowledge)) {
    const wish = policyWish(edgeMs, knowledge, settings);
    if (wish === undefined || wish.wanted === now.wanted) continue;
    return { atMs: edgeMs, wish, isCertain: isAllKnown(atMs, edgeMs, knowledge) };
  }
  return undefined;
}

/** Whether the colour of the day is not known, and the day may be red. */
function isOpenDay(day: TempoDay, knowledge: Pick<PolicyKnowledge, 'colourOf' | 'redProbability'>): boolean {
  return knowledge.colourOf(day) === undefined && knowledge.redProbability(day) > 0;
}

/** Whether the switching hour of a day whose colour is not known has come: people should look. */
export function isBlind({ reason }: PolicyWish): boolean {
  return reason.startsWith('unknown-');
}

/** What the colour of the day alone says. */
function judge(
  day: TempoDay,
  which: 'day' | 'tomorrow',
  knowledge: PolicyKnowledge,
  { unknownColour, redProbability: fromProbability }: PolicySettings,
): PolicyWish {
  const known = knowledge.colourOf(day);
  const redProbability = knowledge.redProbability(day);
  const facts = { day, known, redProbability, derogation: undefined };
  if (known?.colour === 'red') return { ...facts, wanted: 'off', reason: `red-${which}` };
  if (known !== undefined || redProbability <= 0) return { ...facts, wanted: 'on', reason: 'not-red' };
  const isLikely = unknownColour === 'by-probability' && redProbability >= fromProbability;
  const wanted = unknownColour === 'turn-off' || isLikely ? 'off' : 'on';
  return { ...facts, wanted, reason: `unknown-${which}-${wanted}` };
}

function offPeak(wish: PolicyWish): PolicyWish {
  if (wish.wanted === 'on') return { ...wish, reason: 'not-red' };
  return { ...wish, wanted: 'on', reason: 'off-peak' };
}

/** The night before the day, from 22:00. */
function eveningBefore(day: TempoDay, knowledge: PolicyKnowledge, settings: PolicySettings): PolicyWish {
  const wish = judge(day, 'tomorrow', knowledge, settings);
  if (wish.wanted === 'on') return wish;
  const [derogation] = knowledge.covering(tempoDayInterval(day));
  return derogation === undefined
    ? wish
    : { ...wish, wanted: 'on', reason: 'derogation-tomorrow', derogation };
}

function derogated(atMs: number, wish: PolicyWish, knowledge: PolicyKnowledge): PolicyWish {
  if (wish.wanted === 'on') return wish;
  const [derogation] = knowledge.covering({ startMs: atMs, endMs: atMs + 1 });
  return derogation === undefined ? wish : { ...wish, wanted: 'on', reason: 'derogation', derogation };
}

/** All instants after this one at which anything may change, ascending. */
function edgesAfter(atMs: number, knowledge: PolicyKnowledge): readonly number[] {
  const first = tempoDayAt(atMs);
  const edges = new Set<number>();
  for (let ahead = 0; ahead <= daysAhead; ahead += 1) {
    const day = addDays(first, ahead);
    edges.add(tempoDayInterval(day).startMs).add(tariffBandInterval(day, 'peak').endMs);
  }
  const endMs = tempoDayInterval(addDays(first, daysAhead)).endMs;
  for (const { startMs, endMs: itsEndMs } of knowledge.covering({ startMs: atMs, endMs }))
    edges.add(startMs).add(itsEndMs);
  return [...edges].filter((edgeMs) => edgeMs > atMs && edgeMs < endMs).sort((one, other) => one - other);
}

/** Of all days that could have a change up to the edge, that of the evening before a day among them. */
function isAllKnown(atMs: number, edgeMs: number, knowledge: PolicyKnowledge): boolean {
  const last = addDays(
    tempoDayAt(edgeMs),
    edgeMs >= tariffBandInterval(tempoDayAt(edgeMs), 'peak').endMs ? 1 : 0,
  );
  for (let day = tempoDayAt(atMs); day <= last; day = addDays(day, 1))
    if (isOpenDay(day, knowledge)) return false;
  return true;
}
