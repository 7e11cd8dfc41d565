import type { BoilerMinute } from './boiler-minute.ts';
import { phaseRows, type PhaseRow } from './boiler-phase-rows.ts';
import type { SiteTime } from './boiler-words.ts';
import type { Span } from './chart-ranges.ts';
import { createFactTable } from './fact-table.ts';
import { makeElement } from './make-element.ts';

export interface PhaseTable {
  readonly element: HTMLElement;
  show(minutes: readonly BoilerMinute[], span: Span, time: SiteTime): void;
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
