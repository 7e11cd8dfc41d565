import { formatFixed, noValue } from './format.ts';
import type { CalendarDay, Odds, TariffBand, TempoColour, TempoDayNow } from './tempo-types.ts';

export const colourWords: Readonly<Record<TempoColour, string>> = {
  blue: 'Blue',
  white: 'White',
  red: 'Red',
};

export const bandWords: Readonly<Record<TariffBand, string>> = { peak: 'Peak', 'off-peak': 'Off-peak' };

const microEurosPerEuro = 1_000_000;
const mwhPerKwh = 1_000_000;
const space = '\u00a0';

/** Who says colours, for people. */
const providerWords: Readonly<Record<string, string>> = {
  rte: 'RTE',
  'rte-public': 'RTE',
  'couleur-tempo': 'api-couleur-tempo.fr',
  'by hand': 'set by hand',
  calendar: 'by the rules of the tariff',
};

/** `12.35 €`; below a cent with four decimals. */
export function formatEuros(microEuros: number | null): string {
  if (microEuros === null) return noValue;
  const euros = microEuros / microEurosPerEuro;
  const isSmall = euros !== 0 && Math.abs(euros) < 0.01;
  return formatFixed(euros, isSmall ? 4 : 2, '€');
}

/** `0.1609 €/kWh` */
export function formatPrice(microEurosPerKwh: number | null): string {
  if (microEurosPerKwh === null) return noValue;
  return formatFixed(microEurosPerKwh / microEurosPerEuro, 4, '€/kWh');
}

export function kwhOf(mwh: number | null): number | null {
  return mwh === null ? null : mwh / mwhPerKwh;
}

function providerName(provider: string): string {
  return providerWords[provider] ?? provider;
}

/** `Sun 22 Nov`, and with the year where asked. */
export function dayWords(day: string, hasYear = false): string {
  const atMs = Date.parse(`${day}T12:00:00Z`);
  if (Number.isNaN(atMs)) return day;
  const format = { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' } as const;
  const year = hasYear ? ({ year: 'numeric' } as const) : {};
  return new Intl.DateTimeFormat('en-GB', { ...format, ...year }).format(atMs);
}

/** `January 2026` of `2026-01`. */
export function monthWords(month: string): string {
  const format = { month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat('en-GB', format).format(Date.parse(`${month}-15T12:00:00Z`));
}

/** Who said the colour, and whether it can still change; of an unknown one what it can be. */
export function colourDetail({ colour, state, provider, odds }: TempoDayNow): string {
  if (colour === null) return oddsWords(odds);
  const said = provider === null ? '' : providerName(provider);
  return [said, state === 'provisional' ? 'provisional, it may still change' : '']
    .filter((part) => part !== '')
    .join(', ');
}

/** `it can be blue (80 %) or white (20 %)`; the likeliest first. */
export function oddsWords(odds: Odds): string {
  const possible = (Object.entries(odds) as [TempoColour, number][])
    .filter(([, probability]) => probability > 0)
    .toSorted(([, left], [, right]) => right - left);
  const parts = possible.map(([colour, probability]) => `${colour} (${percent(probability)})`);
  if (parts.length < 2) return parts.length === 0 ? '' : `it can only be ${possible[0]?.[0] ?? ''}`;
  return `it can be ${parts.slice(0, -1).join(', ')} or ${parts.at(-1) ?? ''}`;
}

/** All there is to say of a day of the calendar, for a tooltip and for who does not see colours. */
export function calendarDayWords(day: CalendarDay): string {
  const { colour, provider, redProbability, corrections } = day;
  const parts = [dayWords(day.day, true)];
  if (colour === null) parts.push('not known yet');
  else parts.push(colourWords[colour].toLowerCase() + (isProvisional(day) ? ', provisional' : ''));
  if (provider !== null) parts.push(providerName(provider));
  if (colour === null && redProbability > 0) parts.push(`red with ${percent(redProbability)}`);
  for (const before of corrections)
    parts.push(`corrected: it was ${before.colour} (${providerName(before.provider)})`);
  return parts.join(' · ');
}

/** What follows from the rules is as sure as they are. */
function isProvisional({ state, heardMs }: CalendarDay): boolean {
  return state === 'provisional' && heardMs !== null;
}

/** Never 0 % of what is possible, nor 100 % of what is not certain. */
export function percent(probability: number): string {
  const pct = Math.round(probability * 100);
  const shown = probability > 0 && probability < 1 ? Math.min(99, Math.max(1, pct)) : pct;
  return `${shown}${space}%`;
}
