import type { Clock } from '../../gateway/core/clock.ts';
import { bindAlertCommands, type AlertCommandPorts } from '../../gateway/features/alerts/alert-commands.ts';
import { alertsSettings } from '../../gateway/features/alerts/alerts-section.ts';
import { listRules } from '../../gateway/features/alerts/list-rules.ts';
import type { ListedNotifier } from '../../gateway/features/alerts/listed-notifier.ts';
import { AlertWriter } from '../../gateway/features/alerts/message-writer.ts';
import { bindNotifyCommands } from '../../gateway/features/alerts/notify-commands.ts';
import type { BoundCommand } from '../../gateway/features/command.ts';
import type { StorePort } from '../../gateway/features/store-port.ts';
import type {
  AlertCalls,
  StoredAlert,
  StoredAlertState,
  StoredDelivery,
} from '../../gateway/storage/alert-calls.ts';

type Ports = AlertCommandPorts & Parameters<typeof bindNotifyCommands>[0];

/** Alerts and messages in memory, asked for as those of a gateway are. */
export class MemoryAlerts implements StorePort<'findAlert' | 'listAlerts' | 'listDeliveries'> {
  alerts: StoredAlert[] = [];
  deliveries: StoredDelivery[] = [];
  states: StoredAlertState[] = [];

  call<Name extends 'findAlert' | 'listAlerts' | 'listDeliveries'>(
    name: Name,
    ...parameters: Parameters<AlertCalls[Name]>
  ): Promise<ReturnType<AlertCalls[Name]>> {
    const [asked] = parameters as readonly unknown[];
    const answers = {
      findAlert: () => this.alerts.find(({ id }) => id === asked),
      listAlerts: () => this.#list(asked as Parameters<AlertCalls['listAlerts']>[0]),
      listDeliveries: () => this.#listDeliveries(asked as Parameters<AlertCalls['listDeliveries']>[0]),
    };
    return Promise.resolve(answers[name]() as ReturnType<AlertCalls[Name]>);
  }

  #list(query: Parameters<AlertCalls['listAlerts']>[0]): readonly StoredAlert[] {
    const { beforeId = Infinity, rowsMax, rule, subject, kind, fromMs = -Infinity, toMs = Infinity } = query;
    return this.alerts
      .filter((alert) => (kind ?? alert.kind) === alert.kind)
      .filter((alert) => alert.id < beforeId && alert.atMs >= fromMs && alert.atMs < toMs)
      .filter((alert) => (rule ?? alert.rule) === alert.rule && (subject ?? alert.subject) === alert.subject)
      .sort((a, b) => b.id - a.id)
      .slice(0, rowsMax);
  }

  #listDeliveries(query: Parameters<AlertCalls['listDeliveries']>[0]): readonly StoredDelivery[] {
    const { alert, notifier, state, beforeId = Infinity, rowsMax } = query;
    return this.deliveries
      .filter((one) => one.id < beforeId && (alert ?? one.alert) === one.alert)
      .filter((one) => (notifier ?? one.notifier) === one.notifier && (state ?? one.state) === one.state)
      .sort((a, b) => b.id - a.id)
      .slice(0, rowsMax);
  }
}

/** A notifier of SMS whose recipient is shown in part. */
export const stubNotifier: ListedNotifier = {
  ...{ id: 'inverter', name: 'Ana \u001b[31m', kind: 'vonage-sms', title: 'SMS', language: 'fr' },
  ...{ isEnabled: true, problem: undefined, isRepeatSafe: false, hasBalance: true },
  recipients: ['33612345678'],
  shownRecipient: (recipient) => `…${recipient.slice(-2)}`,
};

export function storedAlert(id: number, atMs: number, given: Partial<StoredAlert> = {}): StoredAlert {
  return {
    ...{ id, rule: 'cold', subject: 'freezer/temperature_c', kind: 'alert', sequence: 0 },
    ...{ severity: 'warning', episodeMs: atMs, atMs, notedMs: atMs },
    facts: '{"device":"Freezer \\u001b[31m","value":-8}',
    ...{ acknowledgedMs: null, acknowledgedBy: null },
    ...given,
  };
}

export function storedDelivery(
  id: number,
  alert: number,
  given: Partial<StoredDelivery> = {},
): StoredDelivery {
  return {
    ...{ id, alert, notifier: 'inverter', recipient: '33612345678', dueMs: 1_000, state: 'sent' },
    ...{ tries: 1, unclear: 0, begunMs: 1_000, endedMs: 1_200, reason: null, receipt: '0C0000' },
    ...given,
  };
}

/** Like those of a gateway at home, over a store that lives in memory. */
export function bindStubAlerts(
  memory: MemoryAlerts,
  clock: Clock,
  given: Partial<Ports> = {},
): readonly BoundCommand[] {
  const settings = alertsSettings({
    rules: [
      { id: 'cold', reading: 'freezer/temperature_c', above: -12, clears: -15, notifiers: ['inverter'] },
    ],
    leftOut: [{ index: 1, id: 'bad', reason: 'line 9: alerts.rules[1].above must be a number' }],
  });
  const rules = listRules([], settings);
  const speaker = new AlertWriter({
    ...{ rules: () => new Map(rules.map(({ rule }) => [rule.id, rule])), languageOf: () => 'en' },
    ...{ site: 'Home', zone: 'Europe/Paris', gatewayId: () => 'abcdefgh234567ab', link: undefined },
  });
  const ports: Ports = {
    ...{ store: memory, clock, states: () => memory.states, rules: () => rules, speaker, language: 'en' },
    acknowledge: (alert, by) => {
      const isOpen = alert.acknowledgedMs === null && memory.states.some(({ state }) => state === 'firing');
      const seen = { ...alert, acknowledgedMs: clock.wall(), acknowledgedBy: by };
      if (isOpen) memory.alerts = memory.alerts.map((one) => (one.id === alert.id ? seen : one));
      return Promise.resolve(isOpen);
    },
    shownRecipient: (_notifier, recipient) => stubNotifier.shownRecipient(recipient),
    notifiers: () => [stubNotifier],
    test: () => Promise.resolve([storedDelivery(9, 4)]),
    balance: () => Promise.resolve({ amount: 10.28, currency: 'EUR' }),
    ...given,
  };
  return [...bindAlertCommands(ports), ...bindNotifyCommands(ports)];
}

/** One alert that goes on (3), after one that is over, with what became of its messages. */
export function stubAlertCommands(clock: Clock): readonly BoundCommand[] {
  const memory = new MemoryAlerts();
  const nowMs = clock.wall();
  memory.alerts = [
    storedAlert(1, nowMs - 7_200_000),
    storedAlert(2, nowMs - 3_600_000, { kind: 'recovered', episodeMs: nowMs - 7_200_000 }),
    storedAlert(3, nowMs - 60_000),
  ];
  memory.deliveries = [storedDelivery(1, 1), storedDelivery(2, 3, { state: 'queued', reason: 'no answer' })];
  memory.states = [
    {
      ...{ rule: 'cold', subject: 'freezer/temperature_c', state: 'firing', sinceMs: nowMs - 60_000 },
      ...{ alertedMs: nowMs - 60_000, reminders: 0, unknownSinceMs: null, observedToMs: nowMs },
    },
  ];
  return bindStubAlerts(memory, clock);
}
