import { wordsFor } from './api-problem.ts';
import { formatEnergy } from './format.ts';
import type { Row } from './keyed-rows.ts';
import { makeElement, setAttribute, setText } from './make-element.ts';
import type { ServerDeeds } from './server-deeds.ts';
import type { BandEnergy, EnergyDay } from './server-types.ts';
import { isDown } from './tempo-energy-sums.ts';
import { colourWords, dayWords, formatEuros, kwhOf } from './tempo-words.ts';

export interface DayRow extends Row<EnergyDay> {
  /** Shows what stands behind it, and brings it into sight. */
  open(): void;
}

/** A tariff day in a line; behind a tap what its cost is made of. */
export function createDayRow(day: string, { client }: Pick<ServerDeeds, 'client'>): DayRow {
  const chip = makeElement('span', { class: 'tempo-chip' });
  const energy = makeElement('span', { class: 'device-state' });
  const cost = makeElement('span', { class: 'device-age device-age-cell' });
  const quality = makeElement('span', { class: 'device-error' });
  const name = makeElement('span', { class: 'device-name' }, dayWords(day));
  const summary = makeElement('summary', {}, chip, name, energy, cost, quality);
  const message = makeElement('p', { class: 'note', role: 'status' });
  const lines = makeElement('ol', { class: 'tempo-explanation' });
  const body = makeElement('div', { class: 'device-body' }, message, lines);
  const element = makeElement(
    'details',
    { class: 'device tempo-day-row', 'data-tempo-day': day },
    summary,
    body,
  );
  const load = async (): Promise<void> => {
    const explanation = await client.explain(day);
    lines.replaceChildren(...explanation.map((line) => makeElement('li', {}, line)));
    setText(message, '');
  };
  element.addEventListener('toggle', () => {
    if (!element.open) return;
    load().catch((error: unknown) => setText(message, wordsFor(error)));
  });
  return {
    element,
    open: () => {
      element.open = true;
      element.scrollIntoView({ block: 'nearest' });
      summary.focus();
    },
    show: (shown) => {
      const { colour, microEuros } = shown;
      setAttribute(chip, 'data-chip', colour ?? 'unknown');
      setText(chip, colour === null ? '?' : colourWords[colour]);
      setText(energy, energyWords(shown));
      setText(cost, microEuros === null ? 'no price' : formatEuros(microEuros));
      setText(quality, qualityWords(shown));
    },
  };
}

function energyWords(day: EnergyDay): string {
  if (isDown(day)) return 'not known';
  const { peak, 'off-peak': offPeak } = day.bands;
  return `${formatEnergy(kwhOf(peak.mwh))} peak, ${formatEnergy(kwhOf(offPeak.mwh))} off-peak`;
}

function qualityWords(day: EnergyDay): string {
  if (isDown(day)) return 'down: nothing was counted';
  const { peak, 'off-peak': offPeak } = day.bands;
  const isEstimated = ({ estimatedMwh }: BandEnergy): boolean => estimatedMwh > 0;
  const parts = [peak, offPeak].filter(isEstimated).length;
  const doubt = parts === 0 ? '' : parts === 2 ? 'estimated' : 'partly estimated';
  const open = day.isOpen ? 'until now' : '';
  return [open, doubt, day.problem ?? ''].filter((part) => part !== '').join('; ');
}
