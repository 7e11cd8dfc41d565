import type { Interval } from '../../core/interval.ts';
import { addDays, frenchInstantMs, type TempoDay } from '../../core/tempo-day.ts';
import type { TempoKnowledge } from '../../core/tempo-knowledge.ts';
import type { StoredDerogation } from '../../storage/member-calls.ts';
import { clockText, touchedDays } from './derogation-window.ts';
import { refuse } from './refuse.ts';

/** Until then, on the evening before, somebody may take back his own: the server is switched off at 22:00. */
const lastHour = 21;
const lastMinute = 45;

export type Colours = Pick<TempoKnowledge, 'colourOf' | 'redProbability'>;

/** Errors: `input_invalid` when it is known that none of its days is red. */
export function checkNeeded(window: Interval, colours: Colours): void {
  const days = touchedDays(window);
  if (days.some((day) => mayBeRed(day, colours))) return;
  const [day = ''] = days.slice(-1);
  const colour = colours.colourOf(day)?.colour;
  throw refuse(
    'day-not-red',
    `not needed: ${day} ${colour === undefined ? 'cannot be red' : `is ${colour}`}`,
    {
      hint: 'the server stays on by itself',
      facts: { day, colour: colour ?? 'not-red' },
    },
  );
}

/** Errors: `forbidden` when its holder may not take it back any more; `input_invalid` when it is over. */
export function checkRemovable(derogation: StoredDerogation, colours: Colours, nowMs: number): void {
  const { id, endMs } = derogation;
  if (endMs <= nowMs)
    throw refuse('derogation-over', `derogation ${id} was over at ${clockText(endMs)}`, {
      hint: 'only an admin may take it back now, which changes what the day cost each',
      facts: { id, endMs },
    });
  const day = touchedDays(derogation).find((one) => mayBeRed(one, colours));
  if (day === undefined) return;
  const untilMs = frenchInstantMs(addDays(day, -1), lastHour, lastMinute);
  if (nowMs < untilMs) return;
  const state = colours.colourOf(day) === undefined ? 'may be red' : 'is red';
  throw refuse(
    'too-late-to-remove',
    `derogation ${id} could be taken back until ${clockText(untilMs)}: ${day} ${state}`,
    {
      hint: 'the evening before, at 21:45, is the last time; an admin may still do it',
      facts: { id, day, untilMs },
    },
  );
}

/** Why it is taken back by itself: all its days turned out not to be red; undefined: it stays. */
export function whyNeedless(derogation: StoredDerogation, colours: Colours): string | undefined {
  const days = touchedDays(derogation);
  const known = days.map((day) => ({ day, known: colours.colourOf(day) }));
  const isNeedless = known.every((one) => one.known?.state === 'final' && one.known.colour !== 'red');
  return isNeedless
    ? `not needed: ${known.map((one) => `${one.day} is ${one.known?.colour ?? ''}`).join(', ')}`
    : undefined;
}

function mayBeRed(day: TempoDay, colours: Colours): boolean {
  const known = colours.colourOf(day);
  return known === undefined ? colours.redProbability(day) > 0 : known.colour === 'red';
}
