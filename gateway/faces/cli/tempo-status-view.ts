import { formatInstant, formatValue } from './format-value.ts';
import type { Paint } from './paint.ts';
import { renderFacts } from './table.ts';

interface Status {
  readonly season: string;
  readonly today: Day;
  readonly tomorrow: Day;
  readonly band: string;
  readonly bandEndMs: number;
  readonly microEurosPerKwh: number | null;
  readonly problem: string | null;
  readonly quotas: readonly Quota[];
  readonly unknownDays: number;
}

interface Day {
  readonly day: string;
  readonly colour: string | null;
  readonly state: string | null;
  readonly provider: string | null;
  readonly odds: Readonly<Record<string, number>>;
}

interface Quota {
  readonly colour: string;
  readonly total: number;
  readonly used: number;
  readonly left: number;
}

const microEurosPerEuro = 1_000_000;

/** Two days, the price now, and what is left of the season. */
export function tempoStatusView(answer: unknown, paint: Paint): string {
  const { season, today, tomorrow, band, bandEndMs, quotas, unknownDays, ...price } = answer as Status;
  const known = price.microEurosPerKwh;
  const cost =
    known === null
      ? `not known: ${formatValue(price.problem)}`
      : `${(known / microEurosPerEuro).toFixed(4)} EUR/kWh`;
  return renderFacts(
    [
      ['today', dayWords(today)],
      ['tomorrow', dayWords(tomorrow)],
      ['now', `${band} until ${formatInstant(bandEndMs)}, ${cost}`],
      ['season', `${season}${unknownDays === 0 ? '' : `, ${unknownDays} past days are not known`}`],
      ...quotas.map(
        ({ colour, total, used, left }) => [colour, `${used} of ${total} used, ${left} left`] as const,
      ),
    ],
    paint,
  );
}

function dayWords({ day, colour, state, provider, odds }: Day): string {
  if (colour !== null) {
    const said = provider === null ? '' : provider === 'by hand' ? ' by hand' : ` by ${provider}`;
    return formatValue(`${day} ${colour}, ${state ?? ''}${said}`);
  }
  const possible = Object.entries(odds).filter(([, odd]) => odd > 0);
  const words = possible.map(([name, odd]) => `${name} ${Math.round(odd * 100)} %`);
  return `${day} not known yet: ${words.join(', ')}`;
}
