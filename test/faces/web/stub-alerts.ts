import { GatewayError } from '../../../gateway/core/errors.ts';
import type { LiveFeed } from '../../../gateway/core/live-feed.ts';
import { alertCommands } from '../../../gateway/features/alerts/alert-commands.ts';
import { notifyCommands } from '../../../gateway/features/alerts/notify-commands.ts';
import { bindCommand, type BoundCommand } from '../../../gateway/features/command.ts';

type Detail = Awaited<ReturnType<(typeof alertCommands)[1]['run']>>;
type Rule = Awaited<ReturnType<(typeof alertCommands)[3]['run']>>['rules'][number];
type Notifier = Awaited<ReturnType<(typeof notifyCommands)[0]['run']>>['notifiers'][number];
type Delivery = Detail['deliveries'][number];

/** What the commands about alerts answer, without a gateway behind them. */
export class StubAlerts {
  readonly alerts = new Map<number, Detail>();
  rules: Rule[] = [];
  notifiers: Notifier[] = [];
  /** What a test comes to. */
  test: (notifier: string) => readonly Delivery[] = () => [delivery()];
  /** Who acknowledged what. */
  readonly acknowledged: number[] = [];
  readonly #now: () => number;
  readonly #feed: LiveFeed;

  constructor(now: () => number, feed: LiveFeed) {
    this.#now = now;
    this.#feed = feed;
  }

  /** Sets what is said of one, and makes what is missing up. */
  put(id: number, facts: Partial<Detail> = {}): void {
    const atMs = this.#now() - 600_000;
    const fresh: Detail = {
      ...{ id, rule: 'boiler-fire-out', subject: 'boiler', kind: 'alert', severity: 'safety' },
      ...{ title: 'Boiler out since 06:40', text: 'The fire of Cellar is out, the water is at 54.1 °C.' },
      ...{ atMs, episodeMs: atMs, notedMs: atMs, isOpen: true, acknowledgedMs: null, acknowledgedBy: null },
      deliveries: [delivery()],
    };
    const alert = { ...(this.alerts.get(id) ?? fresh), ...facts };
    this.alerts.set(id, alert);
    const { rule, subject, kind } = alert;
    this.#feed.publish({ type: 'alert', id, rule, subject, kind });
  }

  commands(): readonly BoundCommand[] {
    const [list, show, acknowledge, rules] = alertCommands;
    const [notifiers, test] = notifyCommands;
    return [
      bindCommand(
        {
          ...list,
          run: (_ports: undefined, { open }) => ({
            alerts: [...this.alerts.values()]
              .filter(({ isOpen }) => isOpen || !open)
              .map(withoutDeliveries)
              .reverse(),
            next: null,
          }),
        },
        undefined,
      ),
      bindCommand({ ...show, run: (_ports: undefined, { id }) => this.#found(id) }, undefined),
      bindCommand(
        {
          ...acknowledge,
          run: (_ports: undefined, { id }, { principal }) => {
            this.#found(id);
            this.acknowledged.push(id);
            this.put(id, { acknowledgedMs: this.#now(), acknowledgedBy: principal.id });
            return withoutDeliveries(this.#found(id));
          },
        },
        undefined,
      ),
      bindCommand({ ...rules, run: () => ({ rules: this.rules }) }, undefined),
      bindCommand({ ...notifiers, run: () => ({ notifiers: this.notifiers }) }, undefined),
      bindCommand(
        {
          ...test,
          run: (_ports: undefined, { notifier = '' }) => {
            const results = [...this.test(notifier)];
            return { isSent: results.every(({ state }) => state === 'sent'), results };
          },
        },
        undefined,
      ),
    ];
  }

  #found(id: number): Detail {
    const alert = this.alerts.get(id);
    if (alert !== undefined) return alert;
    throw new GatewayError('not_found', `there is no alert ${id}`, { hint: 'see egw alert list' });
  }
}

function withoutDeliveries(alert: Detail): Omit<Detail, 'deliveries'> {
  const facts = Object.entries(alert).filter(([name]) => name !== 'deliveries');
  return Object.fromEntries(facts) as unknown as Omit<Detail, 'deliveries'>;
}

/** One that was sent at once. */
export function delivery(facts: Partial<Delivery> = {}): Delivery {
  const atMs = Date.parse('2026-01-31T05:40:00Z');
  return {
    ...{ id: 1, alert: 1, notifier: 'family', recipient: 'a…@example.org', state: 'sent', tries: 1 },
    ...{ unclear: 0, dueMs: atMs, begunMs: atMs, endedMs: atMs, reason: null, receipt: null },
    ...facts,
  };
}
