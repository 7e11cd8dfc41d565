import { addDays, tempoDayAt, tempoSeasonOf } from '../../../gateway/core/tempo-day.ts';
import { tariffBandAt, tariffBandInterval } from '../../../gateway/core/tariff-band.ts';
import { tempoColours, type TempoColour } from '../../../gateway/core/tempo-rules.ts';
import { bindCommand, type BoundCommand } from '../../../gateway/features/command.ts';
import { tempoCommands } from '../../../gateway/features/grid/tempo-commands.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';

type Calendar = Awaited<ReturnType<(typeof tempoCommands)[1]['run']>>;
type Day = Calendar['days'][number];
type Status = Awaited<ReturnType<(typeof tempoCommands)[0]['run']>>;

const totals = { blue: 300, white: 43, red: 22 };

/** Colours by a table: blue but for what is said otherwise, known up to today. */
export class StubTempo {
  isConfigured = false;
  /** By how many days after today. */
  readonly said = new Map<number, Partial<Day>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get today(): string {
    return tempoDayAt(this.#now());
  }

  commands(): readonly BoundCommand[] {
    const [status, calendar] = tempoCommands;
    return [
      bindCommand({ ...status, run: () => this.#configured(() => this.#status()) }, undefined),
      bindCommand(
        {
          ...calendar,
          run: (_ports: undefined, { season = tempoSeasonOf(this.today).label }) =>
            this.#configured(() => this.#calendar(season)),
        },
        undefined,
      ),
    ];
  }

  #configured<Answer>(answer: () => Answer): Answer {
    if (this.isConfigured) return answer();
    throw new GatewayError('not_found', 'no source tells the colours of Tempo');
  }

  #status(): Status {
    const nowMs = this.#now();
    const { day, band } = tariffBandAt(nowMs);
    return {
      season: tempoSeasonOf(day).label,
      today: this.#dayNow(0),
      tomorrow: this.#dayNow(1),
      ...{ band, bandEndMs: tariffBandInterval(day, band).endMs, microEurosPerKwh: 160_900, problem: null },
      ...this.#quotas(),
    };
  }

  #dayNow(after: number): Status['today'] {
    const { day, colour, state, provider } = this.#day(addDays(this.today, after));
    const odds = colour === null ? { blue: 0.5, white: 0.3, red: 0.2 } : { blue: 0, white: 0, red: 0 };
    if (colour !== null) odds[colour] = 1;
    return { day, colour, state, provider, possible: colour === null ? [...tempoColours] : [colour], odds };
  }

  #calendar(season: string): Calendar {
    const [first, last] = season.split('-');
    const days: Day[] = [];
    for (let day = `${first ?? ''}-09-01`; day <= `${last ?? ''}-08-31`; day = addDays(day, 1))
      days.push(this.#day(day));
    return { season, days, ...this.#quotas() };
  }

  #quotas(): Pick<Calendar, 'quotas' | 'unknownDays'> {
    const quota = (colour: TempoColour, used: number) => {
      const total = totals[colour];
      return { colour, total, used, left: total - used };
    };
    return { quotas: [quota('blue', 60), quota('white', 3), quota('red', 1)], unknownDays: 0 };
  }

  #day(day: string): Day {
    const after = Math.round((Date.parse(day) - Date.parse(this.today)) / 86_400_000);
    const known = { colour: 'blue', state: 'final', provider: 'rte', heardMs: Date.parse(day) } as const;
    const unknown = { colour: null, state: null, provider: null, heardMs: null };
    return {
      ...{ day, redProbability: after > 0 ? 0.2 : 0, corrections: [] },
      ...(after > 0 ? unknown : known),
      ...this.said.get(after),
    };
  }
}
