import type { Config } from './config/config.ts';
import type { AlertRule } from './core/alert.ts';
import type { Alarm } from './core/clock.ts';
import type { HttpClient } from './core/http.ts';
import type { LiveFeed } from './core/live-feed.ts';
import type { Logger } from './core/logger.ts';
import type { Network } from './core/network.ts';
import type { Random } from './core/random.ts';
import { configuredNotifiers, type QuarantinedNotifier } from './configured-notifiers.ts';
import type { TaskDefinition } from './engine/task.ts';
import { bindAlertCommands } from './features/alerts/alert-commands.ts';
import { createAlertRouter } from './features/alerts/alert-router.ts';
import { alertsSection, alertsSettings } from './features/alerts/alerts-section.ts';
import { Alerts } from './features/alerts/alerts.ts';
import { Deliveries } from './features/alerts/deliveries.ts';
import { leftOutNotes } from './features/alerts/left-out-notes.ts';
import { listRules, rulesInForce } from './features/alerts/list-rules.ts';
import type { ListedRule } from './features/alerts/listed-rule.ts';
import { AlertWriter } from './features/alerts/message-writer.ts';
import { bindNotifyCommands } from './features/alerts/notify-commands.ts';
import { RuleWatch } from './features/alerts/rule-watch.ts';
import { TellPeople } from './features/alerts/tell-people.ts';
import { unheardNotes } from './features/alerts/unheard-notes.ts';
import type { WatchedHome } from './features/alerts/watched-home.ts';
import type { BoundCommand } from './features/command.ts';
import type { HealthSource } from './features/lifecycle/health-board.ts';
import type { Timekeeper } from './features/timekeeping/timekeeper.ts';
import { notifiers as builtIn } from './io/notifiers/index.ts';
import type { NotifierDefinition } from './io/notifiers/notifier.ts';
import type { Database } from './storage/store-calls.ts';

/** What telling people needs of the outside, besides what sources do. */
export interface NotifierOutside {
  /** Those that are built in unless said. */
  readonly notifierKinds?: readonly NotifierDefinition[];
  readonly quarantinedNotifiers?: readonly QuarantinedNotifier[];
}

interface Parts extends NotifierOutside {
  readonly config: Pick<Config, 'features' | 'notifiers' | 'site'>;
  readonly clock: Timekeeper;
  readonly alarm: Alarm;
  readonly random: Random;
  readonly logger: Logger;
  readonly http: HttpClient;
  readonly network: Network;
  readonly database: Database;
}

interface Beside {
  readonly feed: LiveFeed;
  readonly gatewayId: () => string;
  /** Those that features bring; asked when all is put together. */
  readonly declared: () => readonly AlertRule[];
  readonly home: WatchedHome;
}

/** Telling people, put together. */
export interface AlertsKeeping {
  readonly desk: Alerts;
  readonly health: HealthSource;
  readonly commands: readonly BoundCommand[];
  /** When all is put together; none where there is nobody to tell, and nothing to tell of. */
  tasks(): readonly TaskDefinition[];
  /** What an earlier life has left, before anything is seen. Never throws. */
  start(): Promise<void>;
  /** Ends what is being sent; while the database is still open. Never throws. */
  stop(): Promise<void>;
}

export function createAlertsKeeping(parts: Parts, beside: Beside): AlertsKeeping {
  const { config, clock, alarm, random, logger, database: store } = parts;
  const { name: site, zone } = config.site;
  const settings = alertsSettings(config.features[alertsSection.key]);
  const { language, link, quietHours, notifiers: usual, silent } = settings;
  const all = configuredNotifiers(parts.notifierKinds ?? builtIn, parts, {
    language,
    hasBalance: (id) => deliveries.hasBalance(id),
  });
  const enabled = all.filter(({ isEnabled }) => isEnabled);
  const reasons = new Map(all.filter((one) => !one.isEnabled).map(({ id }) => [id, `${id} is switched off`]));
  const rules = askedOnce(() => listRules(beside.declared(), settings));
  const isTimeKnown = (): boolean => clock.state !== 'unset';
  const writer = new AlertWriter({
    rules: () => new Map(rules().map(({ rule }) => [rule.id, rule])),
    languageOf: (id) => all.find((one) => one.id === id)?.language ?? language,
    ...{ site, zone, link, gatewayId: beside.gatewayId },
  });
  const deliveries = new Deliveries(
    enabled.map(({ sending }) => sending),
    reasons,
    { clock, alarm, random, logger, store, writer },
  );
  const notifiersOf = (id: string): ListedRule['notifiers'] =>
    rules().find(({ rule }) => rule.id === id)?.notifiers;
  const alerts = new Alerts({
    ...{ clock, logger, feed: beside.feed, store, isTimeKnown },
    router: createAlertRouter({ notifiers: enabled, notifiersOf, usual, quietHours, zone, isTimeKnown }),
    rules: () => rulesInForce(rules()),
    wake: () => deliveries.wake(),
    tellUnkept: (alert) => deliveries.tellUnkept(alert),
  });
  const telling = new TellPeople({ clock, logger, store, alerts, deliveries, isTimeKnown });
  return {
    desk: alerts,
    health: () => [
      ...leftOutNotes(rules()),
      ...unheardNotes(rules(), { enabled: enabled.map(({ id }) => id), usual }),
      ...alerts.notes(),
      ...deliveries.notes(),
    ],
    commands: [
      ...bindAlertCommands({
        ...{ store, clock, rules, speaker: writer, language },
        states: () => alerts.states(),
        acknowledge: async (alert, by) => await alerts.acknowledge(alert, by),
        shownRecipient: (notifier, recipient) =>
          all.find(({ id }) => id === notifier)?.shownRecipient(recipient) ?? '',
      }),
      ...bindNotifyCommands({
        store,
        notifiers: () => all,
        test: async (...asked) => await deliveries.test(...asked),
        balance: async (...asked) => await deliveries.balance(...asked),
      }),
    ],
    tasks: () => {
      const isNeeded = all.length > 0 || rules().some(({ rule }) => rule.isEnabled);
      if (!isNeeded) return [];
      const { home } = beside;
      const watch = new RuleWatch(rules(), silent.periods, { clock, isTimeKnown, home, desk: alerts });
      return [...telling.tasks(), ...watch.tasks()];
    },
    start: async () => await telling.start(),
    stop: async () => await deliveries.stop(),
  };
}

function askedOnce<Answer>(ask: () => Answer): () => Answer {
  let answer: { readonly is: Answer } | undefined;
  return () => (answer ??= { is: ask() }).is;
}
