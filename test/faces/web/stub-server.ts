import { GatewayError } from '../../../gateway/core/errors.ts';
import type { LiveFeed } from '../../../gateway/core/live-feed.ts';
import { addDays, tempoDayAt } from '../../../gateway/core/tempo-day.ts';
import { bindCommand, type BoundCommand } from '../../../gateway/features/command.ts';
import { meterCommands } from '../../../gateway/features/server/meter-commands.ts';
import { switchingCommands } from '../../../gateway/features/server/switching-commands.ts';

type Status = Awaited<ReturnType<(typeof switchingCommands)[0]['run']>>;
type Order = Awaited<ReturnType<(typeof switchingCommands)[2]['run']>>;
type Energy = Awaited<ReturnType<(typeof meterCommands)[0]['run']>>;
type Day = Energy['days'][number];

const peakMwh = 1_280_000;
const offPeakMwh = 640_000;

/** A shared server of which the commands answer what a table says. */
export class StubServer {
  isConfigured = false;
  /** Told instead of what is usual. */
  status: Partial<Status> = {};
  /** Told instead of what is usual, by how many days before today. */
  readonly days = new Map<number, Partial<Day>>();
  readonly orders: Order[] = [];
  /** Ranges of energy that were asked for. */
  readonly asked: string[] = [];
  readonly #now: () => number;
  readonly #feed: LiveFeed;

  constructor(now: () => number, feed: LiveFeed) {
    this.#now = now;
    this.#feed = feed;
  }

  change(status: Partial<Status>): void {
    this.status = { ...this.status, ...status };
    this.#feed.publish({ type: 'server', news: 'switching' });
  }

  commands(): readonly BoundCommand[] {
    const [status, orders, on, off] = switchingCommands;
    const [energy] = meterCommands;
    return [
      bindCommand({ ...status, run: () => this.#configured(() => this.#status()) }, undefined),
      bindCommand(
        { ...orders, run: () => this.#configured(() => ({ orders: this.orders, next: null })) },
        undefined,
      ),
      bindCommand({ ...on, run: () => this.#order('on') }, undefined),
      bindCommand({ ...off, run: () => this.#order('off') }, undefined),
      bindCommand(
        {
          ...energy,
          run: (_ports: undefined, { from = '', to = '' }) =>
            this.#configured(() => {
              this.asked.push(`${from} ${to}`);
              return this.#energy(from, to);
            }),
        },
        undefined,
      ),
    ];
  }

  #order(wanted: 'on' | 'off'): Order {
    const order: Order = {
      ...{ id: this.orders.length + 1, wanted, cause: 'person', by: 'token:1', decidedMs: this.#now() },
      ...{ reason: 'asked', words: 'somebody asked for it', state: 'waiting', tries: 0, sentMs: null },
      ...{ endedMs: null, problem: null },
    };
    this.orders.unshift(order);
    return order;
  }

  #configured<Answer>(answer: () => Answer): Answer {
    if (this.isConfigured) return answer();
    throw new GatewayError('not_found', 'no server is configured');
  }

  #status(): Status {
    const today = tempoDayAt(this.#now());
    const day = { colour: 'blue', isProvisional: false, redProbability: 0 } as const;
    return {
      ...{ name: 'Attic', position: 'on', seenBy: 'plug', seenAtMs: this.#now(), powerW: 82.4 },
      ...{ wanted: 'on', reason: 'not-red', why: `${today} is blue (rte)`, nextChangeMs: null },
      ...{ nextPosition: null, nextWhy: null, isNextCertain: false, lastOrder: null, hasSwitch: true },
      ...{ switch: 'pve', policy: 'seed', unknownColour: 'stay-on', dryRun: false, problem: null },
      days: [today, addDays(today, 1)].map((each) => ({ day: each, ...day })),
      ...{ derogations: [], ups: null },
      ...this.status,
    };
  }

  #energy(first: string, last: string): Energy {
    const today = tempoDayAt(this.#now());
    const days: Day[] = [];
    for (let day = first; day <= last; day = addDays(day, 1)) days.push(this.#day(day, today));
    const sum = { colour: null, band: null, mwh: 0, estimatedMwh: 0, downDays: 0, microEuros: 0 };
    return {
      ...{ first, last, by: 'day', days, sums: [], total: { ...sum, days: 0, unpricedDays: 0 } },
      ...{ firstDay: first, countedToMs: this.#now(), restarts: 0, next: null },
    };
  }

  #day(day: string, today: string): Day {
    const before = Math.round((Date.parse(today) - Date.parse(day)) / 86_400_000);
    const band = (mwh: number) => ({ mwh, estimatedMwh: 0, coveredMs: 0, kind: 'measured' as const });
    return {
      ...{ day, isOpen: before === 0, colour: 'blue', colourState: 'final' },
      bands: { peak: band(peakMwh), 'off-peak': band(offPeakMwh) },
      ...{ mwh: peakMwh + offPeakMwh, estimatedMwh: 0, kind: 'measured', microEuros: 290_000 },
      problem: null,
      ...this.days.get(before),
    };
  }
}
