import type { CardFacts, Measured } from './card-facts.ts';
import type { CardLine, CardShare, HomeCard } from './card.ts';
import { formatFixed, formatTime, plainName } from './format.ts';

const intensity = 'carbon_intensity_g_per_kwh';
const estimated = 'estimated';

/** Up to so many grams of CO₂ for a kWh, in a word. */
const bands: readonly (readonly [number, string])[] = [
  [50, 'very clean'],
  [150, 'clean'],
  [300, 'fair'],
  [500, 'dirty'],
  [Infinity, 'very dirty'],
];

/** What electricity is made of, in the colours that people expect. */
const tones: Readonly<Record<string, string>> = {
  nuclear: 'grid',
  wind: 'other-2',
  solar: 'sun',
  hydro: 'house',
  hydro_discharge: 'export',
  biomass: 'battery',
  gas: 'other-1',
  oil: 'other-4',
  geothermal: 'other-3',
};
/** Smaller parts are told together. */
const shownShareMin = 0.02;

/** A card for each zone of the grid: how clean its electricity is, and what it is made of. */
export function gridCards(facts: CardFacts): readonly HomeCard[] {
  return facts.saying(intensity, 'zone_renewable_pct').map((device) => ({
    id: `grid:${device}`,
    title: 'Grid now',
    headline: {
      id: 'carbon',
      name: 'Carbon intensity',
      ...ofItsHour(facts.measured(device, intensity, (value) => formatFixed(value, 0, 'g CO₂/kWh'))),
      detail: bandOf(facts.value(device, intensity)),
    },
    lines: linesOf(facts, device),
    shares: sharesOf(facts, device),
    note: noteOf(facts, device),
  }));
}

/** That the whole hour is estimated is said once. */
function ofItsHour(said: Measured): Measured {
  return said.doubt === estimated ? { ...said, doubt: '' } : said;
}

function noteOf(facts: CardFacts, device: string): string {
  const live = facts.live(device, intensity);
  if (live === undefined) return '';
  const time = formatTime(live.atMs, facts.nowMs, facts.zone);
  return `${facts.nameOf(device)}, as of ${time}${live.quality === estimated ? `, ${estimated}` : ''}`;
}

function bandOf(gramsPerKwh: number | null): string {
  if (gramsPerKwh === null) return '';
  return bands.find(([upTo]) => gramsPerKwh < upTo)?.[1] ?? '';
}

function linesOf(facts: CardFacts, device: string): readonly CardLine[] {
  const rows = [
    ['Renewable', 'zone_renewable_pct'],
    ['Without fossil fuel', 'zone_fossil_free_pct'],
  ] as const;
  return rows.flatMap(([name, quantity]) =>
    facts.live(device, quantity) === undefined
      ? []
      : [
          {
            id: quantity,
            name,
            ...ofItsHour(facts.measured(device, quantity, (value) => formatFixed(value, 0, '%'))),
          },
        ],
  );
}

const prefix = 'zone_consumption_';

/** What is known of what is used; nothing when a part is not known or not believed. */
function sharesOf(facts: CardFacts, device: string): readonly CardShare[] {
  const parts = facts
    .quantitiesOf(device, prefix)
    .filter((quantity) => quantity !== 'zone_consumption_mw')
    .map((quantity) => ({
      made: quantity.slice(prefix.length, -'_mw'.length),
      mw:
        facts.live(device, quantity)?.quality === 'suspect'
          ? 0
          : Math.max(0, facts.value(device, quantity) ?? 0),
    }));
  const totalMw = parts.reduce((sum, { mw }) => sum + mw, 0);
  if (totalMw === 0) return [];
  const shares = parts
    .map(({ made, mw }) => ({ name: madeWords(made), share: mw / totalMw, tone: tones[made] ?? 'muted' }))
    .sort((a, b) => b.share - a.share);
  const shown = shares.filter(({ share }) => share >= shownShareMin);
  const rest = 1 - shown.reduce((sum, { share }) => sum + share, 0);
  return rest < 0.005 ? shown : [...shown, { name: 'Other', share: rest, tone: 'muted' }];
}

function madeWords(made: string): string {
  if (made === 'unknown') return 'Not known';
  return plainName(made);
}
