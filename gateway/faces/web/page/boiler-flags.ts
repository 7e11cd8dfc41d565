import type { BoilerEvent } from './boiler-types.ts';
import type { BoilerPhase } from './boiler-minute.ts';
import { phaseNames, type SiteTime } from './boiler-words.ts';
import { formatTime } from './format.ts';

/** How loud a flag is, loudest first. */
const tones = ['alert', 'bad', 'watch', 'plain'] as const;

export type FlagTone = (typeof tones)[number];

/** Something that happened, and what else did so near that two flags would cover each other. */
export interface BoilerFlag {
  /** Of the first of them. */
  readonly atMs: number;
  readonly x: number;
  readonly tone: FlagTone;
  readonly words: string;
  readonly count: number;
}

export interface FlagPlace {
  readonly xOf: (atMs: number) => number;
  readonly left: number;
  readonly right: number;
  readonly time: SiteTime;
}

const flagSpace = 16;
/** More are told by their number. */
const wordsMax = 4;

/** Changes of phase that are worth a flag; the others are seen from the bands. */
const phaseTones: Readonly<Partial<Record<BoilerPhase, FlagTone>>> = {
  ignition: 'plain',
  watch: 'watch',
  stop: 'bad',
  jam: 'bad',
};

/** A flag for each event, and one for several that stand too close together. */
export function flagsOf(events: readonly BoilerEvent[], place: FlagPlace): readonly BoilerFlag[] {
  const groups: { atMs: number; x: number; tones: FlagTone[]; words: string[] }[] = [];
  const inOrder = [...events].sort((a, b) => a.atMs - b.atMs);
  for (const event of inOrder) {
    const tone = toneOf(event);
    const x = place.xOf(event.atMs);
    if (tone === undefined || x < place.left || x > place.right) continue;
    const words = eventWords(event, place.time);
    const last = groups.at(-1);
    if (last !== undefined && x - last.x < flagSpace) {
      last.tones.push(tone);
      last.words.push(words);
    } else groups.push({ atMs: event.atMs, x, tones: [tone], words: [words] });
  }
  return groups.map(({ atMs, x, tones: some, words }) => ({
    atMs,
    x,
    tone: tones.find((tone) => some.includes(tone)) ?? 'plain',
    words: listWords(words),
    count: words.length,
  }));
}

/** `06:40 The fire is out`. */
function eventWords(event: BoilerEvent, { nowMs, zone }: SiteTime): string {
  return `${formatTime(event.atMs, nowMs, zone)} ${whatHappened(event)}`;
}

const ruleNames: Readonly<Record<string, string>> = {
  'boiler-fire-out': 'the fire is out',
  'boiler-jam': 'jam or empty silo',
  'boiler-watch': 'combustion to watch',
  'boiler-silent': 'it is not measured',
  'boiler-stuck': 'its water does not change',
};

function whatHappened({ kind, phase, rule }: BoilerEvent): string {
  if (kind === 'phase') return phaseNames[phase ?? 'undefined'];
  const what = ruleNames[rule ?? ''] ?? rule ?? 'something';
  switch (kind) {
    case 'alert':
      return `People were told: ${what}`;
    case 'reminder':
      return `People were reminded: ${what}`;
    case 'recovered':
      return `People were told that it is over: ${what}`;
    case 'test':
      return 'A test was sent';
  }
}

function toneOf({ kind, phase }: BoilerEvent): FlagTone | undefined {
  if (kind === 'phase') return phaseTones[phase ?? 'undefined'];
  return kind === 'alert' || kind === 'reminder' ? 'alert' : 'plain';
}

function listWords(words: readonly string[]): string {
  const more = words.length - wordsMax;
  return [...words.slice(0, wordsMax), ...(more > 0 ? [`and ${more} more`] : [])].join(' · ');
}
