import type { Language } from '../../core/alert.ts';
import type { Speech } from './speech.ts';

type Plain = Readonly<Record<string, unknown>>;

const periodWords: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  global: { en: 'Since the beginning', fr: 'Depuis le début' },
  year: { en: 'This year', fr: 'Cette année' },
  month: { en: 'This month', fr: 'Ce mois' },
  week: { en: 'This week', fr: 'Cette semaine' },
  yesterday: { en: 'Yesterday', fr: 'Hier' },
  day: { en: 'Today', fr: 'Aujourd’hui' },
  derogations_year: { en: 'Derogations of this year', fr: 'Dérogations de cette année' },
  derogations_total: { en: 'Derogations since the arrival', fr: 'Dérogations depuis l’arrivée' },
};

/** Energy and cost by period, a line each: of the server, or of the one who asks. */
export function sayState(answer: Plain, whose: 'server' | 'user', speech: Speech): string {
  const periods = (answer['periods'] ?? []) as readonly Plain[];
  const lines = periods.map((period) => {
    const name = String(period['period']);
    const words = periodWords[name];
    const title = words === undefined ? name : speech.pick(words);
    return `**${title}**${speech.language === 'fr' ? ' :' : ':'} ${saidOf(period, whose, speech)}`;
  });
  return lines.length === 0
    ? speech.pick({ en: 'Nothing is known yet.', fr: 'Rien n’est connu encore.' })
    : lines.join('\n');
}

function saidOf(period: Plain, whose: 'server' | 'user', speech: Speech): string {
  const part = period[whose] as Plain | null | undefined;
  if (part === null || part === undefined) return speech.pick({ en: 'not known', fr: 'inconnu' });
  const derogations = part['derogation'] as Plain | undefined;
  const isOfDerogations = String(period['period']).startsWith('derogations_');
  const unpriced = unpricedWords(period['unpricedDays'], speech);
  if (derogations === undefined) return energyAndPrice(part, speech) + unpriced;
  const count = Number(derogations['number_of_derog']);
  const isOne = speech.language === 'fr' ? count < 2 : count === 1;
  const counted = `${count} ${isOne ? speech.pick(oneDerogation) : speech.pick(manyDerogations)}`;
  const said = count === 0 ? counted : `${counted}, ${energyAndPrice(derogations, speech)}`;
  if (isOfDerogations) return said + unpriced;
  return `${energyAndPrice(part, speech)}${count === 0 ? '' : ` (${said})`}${unpriced}`;
}

const oneDerogation = { en: 'derogation', fr: 'dérogation' };
const manyDerogations = { en: 'derogations', fr: 'dérogations' };

function unpricedWords(days: unknown, { pick }: Speech): string {
  if (typeof days !== 'number' || days === 0) return '';
  return pick({ en: `, days without a known price: ${days}`, fr: `, jours sans prix connu : ${days}` });
}

function energyAndPrice({ consumption, price }: Plain, speech: Speech): string {
  const isDown = typeof consumption !== 'number' || consumption < 0;
  if (isDown) return speech.pick({ en: 'the meter was away', fr: 'compteur absent' });
  const energy = speech.kwh(consumption);
  return typeof price === 'number' ? `${energy}, ${speech.euros(price)}` : energy;
}
