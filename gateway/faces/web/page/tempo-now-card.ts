import { formatTime } from './format.ts';
import { makeElement, setAttribute, setText } from './make-element.ts';
import type { TempoDayNow, TempoNow } from './tempo-types.ts';
import { bandWords, colourDetail, colourWords, dayWords, formatPrice } from './tempo-words.ts';

export interface TempoNowCard {
  readonly element: HTMLElement;
  show(now: TempoNow, nowMs: number): void;
}

/** Clocks of France: tariff days are hers, wherever the gateway is. */
const tempoZone = 'Europe/Paris';

/** Today and tomorrow, large, and what a kWh costs now. */
export function createTempoNowCard(): TempoNowCard {
  const today = createDay('Today');
  const tomorrow = createDay('Tomorrow');
  const price = makeElement('p', { class: 'tempo-price' });
  return {
    element: makeElement(
      'div',
      { class: 'card tempo-now' },
      makeElement('div', { class: 'tempo-two' }, today.element, tomorrow.element),
      price,
    ),
    show: (now, nowMs) => {
      today.show(now.today, 'it goes on to 06:00');
      tomorrow.show(now.tomorrow, 'from 06:00 on');
      setText(price, priceWords(now, nowMs));
    },
  };
}

function priceWords({ band, bandEndMs, microEurosPerKwh, problem }: TempoNow, nowMs: number): string {
  const until = formatTime(bandEndMs, nowMs, tempoZone);
  const hours = `${bandWords[band]} hours until ${until}`;
  if (microEurosPerKwh !== null) return `${formatPrice(microEurosPerKwh)} now: ${hours.toLowerCase()}.`;
  return `${hours}. The price is not known${problem === null ? '' : `: ${problem}`}.`;
}

function createDay(title: string): {
  readonly element: HTMLElement;
  show(day: TempoDayNow, when: string): void;
} {
  const head = makeElement('h2');
  const colour = makeElement('strong', { class: 'tempo-colour' });
  const detail = makeElement('p', { class: 'tempo-detail' });
  const element = makeElement('div', { class: 'tempo-panel' }, head, colour, detail);
  return {
    element,
    show: (day, when) => {
      setText(head, `${title}, ${dayWords(day.day)}`);
      setAttribute(element, 'data-colour', day.colour ?? 'unknown');
      setAttribute(element, 'data-state', day.state ?? undefined);
      setText(colour, day.colour === null ? 'Not known yet' : colourWords[day.colour]);
      const words = [when, colourDetail(day)].filter((part) => part !== '').join('; ');
      setText(detail, words.charAt(0).toUpperCase() + words.slice(1));
    },
  };
}
