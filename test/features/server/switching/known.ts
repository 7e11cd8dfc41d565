import type { Derogation } from '../../../../gateway/core/derogations.ts';
import type { TempoDay } from '../../../../gateway/core/tempo-day.ts';
import { isTempoDay } from '../../../../gateway/core/tempo-day.ts';
import { zoneOffsetMinutes } from '../../../../gateway/core/calendar.ts';
import { possibleColours, type TempoColour } from '../../../../gateway/core/tempo-rules.ts';
import type {
  PolicyKnowledge,
  PolicySettings,
} from '../../../../gateway/features/server/switching/switching-policy.ts';

/** An instant by the clocks of France: `2026-01-13 22:00`. Not for the hour that comes twice. */
export function french(text: string): number {
  const shownMs = Date.parse(`${text.replace(' ', 'T')}:00Z`);
  return shownMs - zoneOffsetMinutes('Europe/Paris', shownMs - 3_600_000) * 60_000;
}

/** As a row of a table writes it: `01-13 red 01-14 blue`; days without a year are of 2026. */
export function colours(text: string): ReadonlyMap<TempoDay, TempoColour> {
  const words = text.split(' ').filter((word) => word !== '');
  const known = new Map<TempoDay, TempoColour>();
  for (let index = 0; index < words.length; index += 2) {
    const word = words[index] ?? '';
    const day = isTempoDay(word) ? word : `2026-${word}`;
    known.set(day, words[index + 1] as TempoColour);
  }
  return known;
}

/** `2026-01-13 08:00 2026-01-13 20:00`, one after another. */
export function derogations(text: string): readonly Derogation[] {
  const times = [...text.matchAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g)].map(([time]) => french(time));
  const found: Derogation[] = [];
  for (let index = 0; index < times.length; index += 2)
    found.push({ id: index / 2 + 1, member: '7', startMs: times[index] ?? 0, endMs: times[index + 1] ?? 0 });
  return found;
}

/** What is known; a colour that is not is red by `redChance` where the calendar lets it. */
export function knowledge(
  known: ReadonlyMap<TempoDay, TempoColour>,
  held: readonly Derogation[] = [],
  redChance = 0.4,
): PolicyKnowledge {
  return {
    colourOf: (day) => {
      const colour = known.get(day);
      return colour === undefined ? undefined : { colour, state: 'final', provider: 'rte' };
    },
    redProbability: (day) => {
      const colour = known.get(day);
      if (colour !== undefined) return colour === 'red' ? 1 : 0;
      return possibleColours(day, known).includes('red') ? redChance : 0;
    },
    covering: ({ startMs, endMs }) => held.filter((one) => one.startMs < endMs && one.endMs > startMs),
  };
}

export const seed: PolicySettings = { policy: 'seed', unknownColour: 'stay-on', redProbability: 0.5 };
