import { GatewayError } from '../../../gateway/core/errors.ts';
import type { LiveFeed } from '../../../gateway/core/live-feed.ts';
import { boilerCommands } from '../../../gateway/features/boiler/boiler-commands.ts';
import { defaultPhaseCodes, phases, type Phase } from '../../../gateway/features/boiler/phase.ts';
import { bindCommand, type BoundCommand } from '../../../gateway/features/command.ts';
import { parseInstantMs } from '../../../gateway/features/time-range.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

type Status = Awaited<ReturnType<(typeof boilerCommands)[0]['run']>>;
type MinuteRow = Awaited<ReturnType<(typeof boilerCommands)[2]['run']>>['rows'][number];
type Event = Awaited<ReturnType<(typeof boilerCommands)[3]['run']>>['events'][number];

/** How long ago, in minutes, each phase of the last hours began; before them it burns, two hours a round. */
const lately: readonly (readonly [minutesAgo: number, phase: Phase])[] = [
  [300, 'undefined'],
  [270, 'hold'],
  [200, 'stop'],
  [170, 'ignition'],
  [163, 'watch'],
  [150, 'jam'],
  [140, 'combustion'],
  [60, 'hold'],
  [10, 'combustion'],
];

/** A boiler that lives by a table: what the commands about it answer, without a gateway behind them. */
export class StubBoiler {
  isConfigured = false;
  /** Told instead of what the table says. */
  status: Partial<Status> = {};
  /** Told besides the changes of phase. */
  told: Event[] = [];
  /** Ranges of minutes that were asked for. */
  readonly asked: { readonly fromMs: number; readonly toMs: number }[] = [];
  readonly #now: () => number;
  readonly #feed: LiveFeed;
  /** The table moves on only with this. */
  readonly #startMs: number;

  constructor(now: () => number, feed: LiveFeed) {
    this.#now = now;
    this.#feed = feed;
    this.#startMs = Math.floor(now() / minuteMs) * minuteMs;
  }

  /** Something is to be said otherwise from now on. */
  change(status: Partial<Status>): void {
    this.status = { ...this.status, ...status };
    const { phase, sinceMs } = this.describe();
    this.#feed.publish({
      type: 'boiler',
      phase: phase ?? 'undefined',
      since: sinceMs ?? 0,
      provisional: true,
    });
  }

  describe(): Status {
    const nowMs = this.#now();
    const input = (name: Status['inputs'][number]['input'], value: number, isOn: boolean | null) => ({
      ...{ input: name, isNeeded: false, configured: `boiler/${name}`, device: `boiler/${name}` },
      ...{ quantity: isOn === null ? 'temperature_c' : 'motor_mv', value, isOn, quality: 'good' as const },
      ...{ atMs: nowMs - 2_000, ageMs: 2_000, problem: null, hint: null },
    });
    return {
      name: 'Cellar',
      comment: 'Sweep in May',
      phase: 'combustion',
      code: 6,
      sinceMs: this.#startMs - 10 * minuteMs,
      isProvisional: true,
      closedToMs: this.#startMs,
      isTold: true,
      waterC: 61.25,
      failureC: 56,
      inputs: [
        input('water', 61.25, null),
        input('flue', 118.4, null),
        input('enclosure', 27, null),
        input('igniter', 0, false),
        input('primaryFan', 1_659, true),
        input('secondaryFan', 1_671, true),
        input('auger', 0, false),
      ],
      minima: [24, 168, 336].map((hours, index) => ({ hours, waterC: 52.5 - index, atMs: nowMs - hourMs })),
      settings: {
        ...{ rawHours: 5, minuteDays: 35, ignitionMinutes: 20, shortMinutes: 10, shortRiseC: 0.2 },
        ...{ longMinutes: 30, longRiseC: 1 },
      },
      codes: phases.map((phase) => ({ phase, code: defaultPhaseCodes[phase] })),
      ...this.status,
    };
  }

  commands(): readonly BoundCommand[] {
    const [status, , minutes, events] = boilerCommands;
    const range = (input: { readonly from: string; readonly to?: string }) => {
      const nowMs = this.#now();
      const toMs = Math.min(nowMs, parseInstantMs('to', input.to ?? String(nowMs), nowMs));
      return { fromMs: parseInstantMs('from', input.from, nowMs), toMs };
    };
    return [
      bindCommand({ ...status, run: () => this.#configured(() => this.describe()) }, undefined),
      bindCommand(
        {
          ...minutes,
          run: (_ports: undefined, input) =>
            this.#configured(() => {
              const asked = range(input);
              this.asked.push(asked);
              const rows = this.#minutes(asked);
              const cut = rows.slice(0, input.limit);
              return {
                ...asked,
                rows: cut,
                next: rows.length > cut.length ? (cut.at(-1)?.endMs ?? null) : null,
              };
            }),
        },
        undefined,
      ),
      bindCommand(
        {
          ...events,
          run: (_ports: undefined, input) =>
            this.#configured(() => ({ ...range(input), events: this.#events(range(input)), next: null })),
        },
        undefined,
      ),
    ];
  }

  #configured<Answer>(answer: () => Answer): Answer {
    if (this.isConfigured) return answer();
    throw new GatewayError('not_found', 'no boiler is configured', { hint: 'name its inputs' });
  }

  /** With a gap where the table says that nothing is known. */
  #minutes({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): MinuteRow[] {
    const rows: MinuteRow[] = [];
    for (let startMs = Math.floor(fromMs / minuteMs) * minuteMs; startMs < toMs; startMs += minuteMs) {
      const phase = this.#phaseAt(startMs);
      const last = rows.at(-1);
      const common = { startMs, endMs: startMs + minuteMs, phase, code: defaultPhaseCodes[phase] };
      if (phase !== 'undefined')
        rows.push({ ...common, isProvisional: false, n: 84, inputs: this.#inputs(startMs) });
      else if (last?.n === 0) rows[rows.length - 1] = { ...last, endMs: common.endMs };
      else rows.push({ ...common, isProvisional: false, n: 0, inputs: {} });
    }
    return rows;
  }

  #inputs(startMs: number): MinuteRow['inputs'] {
    const phase = this.#phaseAt(startMs);
    const wave = Math.sin(startMs / (20 * minuteMs));
    const waterC = phase === 'combustion' || phase === 'hold' ? 62 + 4 * wave : 54 + wave;
    const mean = (value: number) => ({ mean: value, min: value, max: value, isOn: null, n: 12 });
    const motor = (isOn: boolean) => ({ mean: 0, min: 0, max: isOn ? 1_671 : 0, isOn, n: 12 });
    const isBurning = phase === 'combustion' || phase === 'watch' || phase === 'jam';
    return {
      water: mean(waterC),
      flue: mean(isBurning ? 120 + 8 * wave : 70 + 5 * wave),
      enclosure: mean(27),
      igniter: motor(phase === 'ignition'),
      primaryFan: motor(isBurning),
      secondaryFan: motor(Math.floor(startMs / minuteMs) % 12 < 7),
      auger: motor(isBurning && Math.floor(startMs / minuteMs) % 3 === 0),
    };
  }

  #events({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): Event[] {
    const changes = lately.map(([minutesAgo, phase], index): Event => ({
      ...{
        atMs: this.#startMs - minutesAgo * minuteMs,
        kind: 'phase',
        phase,
        code: defaultPhaseCodes[phase],
      },
      ...{ before: lately[index - 1]?.[1] ?? null, rule: null, alert: null, isProvisional: false },
    }));
    return [...changes, ...this.told]
      .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
      .sort((a, b) => a.atMs - b.atMs);
  }

  #phaseAt(atMs: number): Phase {
    const minutesAgo = (this.#startMs - atMs) / minuteMs;
    const [, known] = lately.findLast(([ago]) => minutesAgo <= ago) ?? [];
    if (known !== undefined) return known;
    const round = Math.floor(atMs / minuteMs) % 120;
    return round < 6 ? 'ignition' : round < 70 ? 'combustion' : 'hold';
  }
}
