import type { Language } from '../../core/alert.ts';
import { frenchInstantMs, isTempoDay, tempoZone } from '../../core/tempo-day.ts';

/** How numbers, days and names are said in one language. */
export interface Speech {
  readonly language: Language;
  /** The text of that language. */
  readonly pick: (words: Readonly<Record<Language, string>>) => string;
  /** `12,3 kWh`. */
  readonly kwh: (kwh: number) => string;
  /** `1,23 €`. */
  readonly euros: (euros: number) => string;
  /** Of `2026-01-13`: `mardi 13 janvier 2026`; other texts as they are. */
  readonly day: (day: unknown) => string;
  /** Of UTC epoch ms, by French time: `mar. 13 janv., 06:00`. */
  readonly instant: (atMs: unknown) => string;
  /** What somebody calls himself, or wrote: on one line, and nothing in it means anything to Discord. */
  readonly name: (text: unknown) => string;
}

const locales: Readonly<Record<Language, string>> = { en: 'en-GB', fr: 'fr-FR' };
const nameLengthMax = 40;

export function speechIn(language: Language): Speech {
  const locale = locales[language];
  const day = new Intl.DateTimeFormat(locale, { timeZone: tempoZone, dateStyle: 'full' });
  const instant = new Intl.DateTimeFormat(locale, {
    ...{ timeZone: tempoZone, weekday: 'short', day: 'numeric', month: 'short' },
    ...{ hour: '2-digit', minute: '2-digit' },
  });
  const said = (format: Intl.DateTimeFormat, atMs: number): string => {
    const text = format.format(atMs);
    return language === 'fr' ? text.replace(/(?<!\d)1(?= \p{L})/u, '1er') : text;
  };
  const kwh = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 3 });
  const euros = new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' });
  return {
    language,
    pick: (words) => words[language],
    kwh: (value) => `${kwh.format(value)} kWh`,
    euros: (value) => euros.format(value),
    day: (text) =>
      typeof text === 'string' && isTempoDay(text) ? said(day, frenchInstantMs(text, 12)) : plainName(text),
    instant: (atMs) => (typeof atMs === 'number' ? said(instant, atMs) : '?'),
    name: plainName,
  };
}

function plainName(text: unknown): string {
  const line = (typeof text === 'string' || typeof text === 'number' ? String(text) : '?')
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  const short = Array.from(line).slice(0, nameLengthMax).join('');
  return short.replaceAll(/[\\*_~`|>#[\]()<@]|:(?=\/\/|\p{L})|^[-+]/gu, '\\$&');
}

/** The language of whoever asks, else of his guild, else the one that is configured. */
export function languageOf(
  { locale, guildLocale }: { readonly locale: string | undefined; readonly guildLocale: string | undefined },
  usual: Language,
): Language {
  for (const said of [locale, guildLocale]) {
    if (said?.startsWith('fr') === true) return 'fr';
    if (said?.startsWith('en') === true) return 'en';
  }
  return usual;
}
