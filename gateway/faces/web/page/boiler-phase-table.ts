import { bandsOf, type BoilerMinute, type PhaseBand } from './boiler-minute.ts';
import { phaseNames, temperatureWords, type SiteTime } from './boiler-words.ts';
import type { Span } from './chart-ranges.ts';
import { createFactTable } from './fact-table.ts';
import { formatDuration, formatTime } from './format.ts';
import { makeElement } from './make-element.ts';

export interface PhaseTable {
  readonly element: HTMLElement;
  show(minutes: readonly BoilerMinute[], span: Span, time: SiteTime): void;
}

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

/** Filled when it is opened. */
export function createPhaseTable(): PhaseTable {
  const table = createFactTable<PhaseRow>('Phases of the boiler', columns);
  const scroller = {
    class: 'boiler-table',
    tabindex: '0',
    role: 'group',
    'aria-label': 'The picture as a table',
  };
  const element = makeElement(
    'details',
    { class: 'more' },
    makeElement('summary', {}, 'As a table'),
    makeElement('div', scroller, table.element),
  );
  let latest: readonly [readonly BoilerMinute[], Span, SiteTime] | undefined;
  const fill = (): void => {
    if (element.open && latest !== undefined) table.show(phaseRows(...latest));
  };
  element.addEventListener('toggle', fill);
  return {
    element,
    show: (...shown) => {
      latest = shown;
      fill();
    },
  };
}

const columns = [
  { title: 'From', text: ({ from }: PhaseRow) => from },
  { title: 'Phase', text: ({ phase }: PhaseRow) => phase },
  { title: 'For', isNumber: true, text: ({ lasted }: PhaseRow) => lasted },
  { title: 'Water, least', isNumber: true, text: ({ water }: PhaseRow) => water },
  { title: 'Flue, most', isNumber: true, text: ({ flue }: PhaseRow) => flue },
];

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
