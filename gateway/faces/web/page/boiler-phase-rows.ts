import { bandsOf, type BoilerMinute, type PhaseBand } from './boiler-minute.ts';
import { phaseNames, temperatureWords, type SiteTime } from './boiler-words.ts';
import type { Span } from './chart-ranges.ts';
import { formatDuration, formatTime } from './format.ts';

export interface PhaseRow {
  /** When it began, UTC epoch ms. */
  readonly name: string;
  /** The same for people: an hour may come twice. */
  readonly from: string;
  readonly phase: string;
  readonly lasted: string;
  readonly water: string;
  readonly flue: string;
}

/** The picture for those who do not see it: a row a phase, newest first. */
export function phaseRows(minutes: readonly BoilerMinute[], span: Span, time: SiteTime): readonly PhaseRow[] {
  return bandsOf(minutes, span)
    .map((band) => rowOf(band, minutes, time))
    .reverse();
}

function rowOf(
  { startMs, endMs, phase }: PhaseBand,
  minutes: readonly BoilerMinute[],
  time: SiteTime,
): PhaseRow {
  const within = minutes.filter((minute) => minute.endMs > startMs && minute.startMs < endMs);
  const least = within.reduce<number | null>(
    (so, { waterC }) => (waterC === null ? so : Math.min(so ?? waterC, waterC)),
    null,
  );
  const most = within.reduce<number | null>(
    (so, { flueC }) => (flueC === null ? so : Math.max(so ?? flueC, flueC)),
    null,
  );
  return {
    name: String(startMs),
    from: formatTime(startMs, time.nowMs, time.zone),
    phase: phaseNames[phase],
    lasted: formatDuration(endMs - startMs),
    water: temperatureWords(least),
    flue: temperatureWords(most),
  };
}
