import { Type, type Static } from 'typebox';
import { alertSeverities, languages, type Language } from '../../core/alert.ts';
import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { AlertCalls, StoredAlert, StoredAlertState } from '../../storage/alert-calls.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, duration, instant, nullable, oneOf } from '../schema.ts';
import type { StorePort } from '../store-port.ts';
import { instantForms, timeRange } from '../time-range.ts';
import {
  alertFacts,
  alertSchema,
  alertStates,
  deliverySchema,
  describeAlert,
  describeDelivery,
  isOfEpisode,
  isOpen,
  type AlertSpeaker,
  type ShownAlert,
} from './describe-alert.ts';
import type { ListedRule } from './listed-rule.ts';
import { conditionText } from './rule-condition.ts';

export interface AlertCommandPorts {
  readonly store: StorePort<'findAlert' | 'listAlerts' | 'listDeliveries'>;
  readonly clock: Clock;
  /** Where each rule stands with each subject. */
  states(): readonly StoredAlertState[];
  /** False when the alert is over, or was seen to before. Errors: those of the store. */
  acknowledge(alert: StoredAlert, by: string): Promise<boolean>;
  rules(): readonly ListedRule[];
  readonly speaker: AlertSpeaker;
  /** Of the site, where none is asked for. */
  readonly language: Language;
  /** A recipient as it may be shown. */
  shownRecipient(notifier: string, recipient: string): string;
}

const alertsPerPageMax = 1_000;
/** Alerts of one rule and subject that are looked through for the one of an episode: it is the newest but for clocks. */
const episodesMax = 200;

const language = Type.Optional(
  oneOf(languages, { description: 'Of titles and texts; that of the site unless said' }),
);
const idProperty = Type.Integer({
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Of the alert',
});

const alertPage = closed({
  alerts: Type.Array(alertSchema),
  next: nullable(Type.Integer({ description: 'There are older ones: ask again with this as `before`' })),
});

const alertList = defineCommand({
  id: 'alert.list',
  summary: 'What people were told, newest first, or what is going on now',
  scope: 'read',
  input: closed({
    open: Type.Boolean({ default: false, description: 'Only those that are not over' }),
    rule: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'Only of this rule' })),
    subject: Type.Optional(
      Type.String({ minLength: 1, maxLength: 400, description: 'Only of this subject: boiler' }),
    ),
    from: Type.Optional(Type.String({ maxLength: 40, description: `${instantForms}; all unless said` })),
    to: Type.Optional(Type.String({ maxLength: 40, description: 'Not in it; as from, now unless said' })),
    before: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Only alerts with smaller ids: for the next page' }),
    ),
    limit: Type.Integer({ default: 100, minimum: 1, maximum: alertsPerPageMax, description: 'Alerts' }),
    language,
  }),
  output: alertPage,
  http: {
    method: 'GET',
    path: '/api/v1/alerts',
    nextPage: (answer) => {
      const { next } = answer as Static<typeof alertPage>;
      return next === null ? undefined : { before: next };
    },
  },
  cli: {
    verb: 'alert list',
    list: 'alerts',
    columns: ['id', 'atMs', 'kind', 'severity', 'rule', 'subject', 'title', 'isOpen', 'acknowledgedBy'],
  },
  run: async (ports: AlertCommandPorts, input) => {
    const { alerts, hasMore } = await readAlerts(ports, input);
    return {
      alerts: alerts.map((alert) => shown(ports, alert, input.language)),
      next: hasMore ? (alerts.at(-1)?.id ?? null) : null,
    };
  },
});

const alertShow = defineCommand({
  id: 'alert.show',
  summary: 'One alert: what was said, to whom it went, and what became of that',
  scope: 'read',
  input: closed({ id: idProperty, language }),
  output: closed({ ...alertFacts, deliveries: Type.Array(deliverySchema) }),
  http: { method: 'GET', path: '/api/v1/alerts/:id' },
  cli: { verb: 'alert show', positionals: ['id'] },
  run: async (ports: AlertCommandPorts, input) => {
    const alert = await found(ports, input.id);
    const deliveries = await ports.store.call('listDeliveries', {
      alert: alert.id,
      rowsMax: limits.alertDeliveriesMax,
    });
    return {
      ...shown(ports, alert, input.language),
      deliveries: deliveries.map((delivery) =>
        describeDelivery(delivery, ports.shownRecipient(delivery.notifier, delivery.recipient)),
      ),
    };
  },
});

const alertAcknowledge = defineCommand({
  id: 'alert.ack',
  summary: 'Say that somebody sees to an alert: nobody is reminded of it any more',
  scope: 'control',
  input: closed({ id: idProperty, language }),
  output: alertSchema,
  http: { method: 'POST', path: '/api/v1/alerts/:id/acknowledge' },
  cli: { verb: 'alert ack', positionals: ['id'] },
  run: async (ports: AlertCommandPorts, input, { principal }) => {
    const alert = await opening(ports, await found(ports, input.id));
    const isTaken = await ports.acknowledge(alert, principal.id);
    const now = await found(ports, alert.id);
    if (!isTaken && now.acknowledgedMs === null) throw isOver(alert);
    return shown(ports, now, input.language);
  },
});

const ruleSubject = closed({
  subject: Type.String(),
  state: oneOf(alertStates),
  sinceMs: nullable(instant({ description: 'Since when it holds, or is over' })),
  alertedMs: nullable(instant({ description: 'When it was told last' })),
  reminders: Type.Integer({ description: 'Of what goes on' }),
  unknownSinceMs: nullable(instant({ description: 'Since when nothing is known' })),
  observedToMs: instant({ description: 'Up to when it was looked at' }),
});

const ruleSchema = closed({
  id: Type.String(),
  origin: oneOf(['built-in', 'own'], { description: 'own: of alerts.rules' }),
  enabled: Type.Boolean(),
  severity: oneOf(alertSeverities),
  title: Type.String(),
  condition: nullable(Type.String({ description: 'As it is configured; null where it is built in' })),
  forMs: duration({ description: 'It must hold so long' }),
  cooldownMs: duration({ description: 'Between two alerts of one subject' }),
  repeatMs: nullable(duration({ description: 'A reminder goes out so often; null: never' })),
  tellsRecovery: Type.Boolean(),
  notifiers: nullable(Type.Array(Type.String(), { description: 'null: those of alerts.notifiers' })),
  problem: nullable(Type.String({ description: 'Why it is left out; null while it is not' })),
  subjects: Type.Array(ruleSubject, { description: 'Those that it looks at, or has looked at' }),
});

const alertRules = defineCommand({
  id: 'alert.rules',
  summary: 'What people are told of: every rule, how it is set, and where it stands',
  scope: 'read',
  input: closed({ language }),
  output: closed({
    rules: Type.Array(ruleSchema),
  }),
  http: { method: 'GET', path: '/api/v1/alert-rules' },
  cli: { verb: 'alert rules', list: 'rules' },
  run: (ports: AlertCommandPorts, input) => {
    const states = ports.states();
    return {
      rules: ports.rules().map((rule) => describeRule(rule, states, input.language ?? ports.language)),
    };
  },
});

export const alertCommands = [alertList, alertShow, alertAcknowledge, alertRules] as const;

/** The commands about alerts with what they need. */
export function bindAlertCommands(ports: AlertCommandPorts): readonly BoundCommand[] {
  return [
    bindCommand(alertList, ports),
    bindCommand(alertShow, ports),
    bindCommand(alertAcknowledge, ports),
    bindCommand(alertRules, ports),
  ];
}

interface AlertQuery {
  readonly open: boolean;
  readonly rule?: string;
  readonly subject?: string;
  readonly from?: string;
  readonly to?: string;
  readonly before?: number;
  readonly limit: number;
}

interface AlertRows {
  /** Newest first. */
  readonly alerts: readonly StoredAlert[];
  readonly hasMore: boolean;
}

async function readAlerts(ports: AlertCommandPorts, query: AlertQuery): Promise<AlertRows> {
  const { open, rule, subject, from, to, before, limit } = query;
  const isRanged = from !== undefined || to !== undefined;
  const range = isRanged ? timeRange({ from: from ?? '0', to }, ports.clock.wall()) : {};
  const only = {
    ...(rule !== undefined && { rule }),
    ...(subject !== undefined && { subject }),
    ...range,
  };
  if (open) return await readOpen(ports, query, only);
  const rowsMax = limit + 1;
  const rows = await ports.store.call('listAlerts', {
    ...only,
    ...(before !== undefined && { beforeId: before }),
    rowsMax,
  });
  return { alerts: rows.slice(0, limit), hasMore: rows.length > limit };
}

type Only = Omit<Parameters<AlertCalls['listAlerts']>[0], 'rowsMax'>;

/** There are few: one at most of each rule and subject. */
async function readOpen(
  ports: AlertCommandPorts,
  { rule, subject, before = Infinity, limit }: AlertQuery,
  only: Only,
): Promise<AlertRows> {
  const states = ports
    .states()
    .filter(isOpen)
    .filter((state) => rule === undefined || state.rule === rule)
    .filter((state) => subject === undefined || state.subject === subject);
  const alerts: StoredAlert[] = [];
  for (const state of states) {
    const rows = await ports.store.call('listAlerts', {
      ...only,
      ...{ rule: state.rule, subject: state.subject, kind: 'alert', rowsMax: episodesMax },
    });
    alerts.push(...rows.filter((alert) => isOfEpisode(alert, state)));
  }
  const older = alerts.filter(({ id }) => id < before).sort((a, b) => b.id - a.id);
  return { alerts: older.slice(0, limit), hasMore: older.length > limit };
}

async function found({ store }: AlertCommandPorts, id: number): Promise<StoredAlert> {
  const alert = await store.call('findAlert', id);
  if (alert !== undefined) return alert;
  throw new GatewayError('not_found', `there is no alert ${id}`, { hint: 'see egw alert list' });
}

/** Whoever answers a reminder means the alert that it reminds of. Errors: `input_invalid` when that is over. */
async function opening({ store }: AlertCommandPorts, alert: StoredAlert): Promise<StoredAlert> {
  if (alert.kind === 'alert') return alert;
  if (alert.kind !== 'reminder') throw isOver(alert);
  const { rule, subject, episodeMs } = alert;
  const rows = await store.call('listAlerts', {
    ...{ rule, subject, kind: 'alert', beforeId: alert.id, rowsMax: episodesMax },
  });
  const first = rows.find((row) => row.episodeMs === episodeMs);
  if (first === undefined) throw isOver(alert);
  return first;
}

function isOver({ id, kind }: StoredAlert): GatewayError {
  const what = kind === 'alert' ? 'is over' : `is no alert that goes on, but ${kind}`;
  return new GatewayError('input_invalid', `alert ${id} ${what}: nobody has to see to it`, {
    hint: 'see egw alert list --open',
    facts: { property: 'id' },
  });
}

function shown(ports: AlertCommandPorts, alert: StoredAlert, wanted: Language | undefined): ShownAlert {
  return describeAlert(alert, ports.speaker.say(alert, wanted ?? ports.language), ports.states());
}

/** A rule is not about one subject. */
function withoutPlaces(title: string): string {
  return title.replace(/\{[A-Za-z0-9]+\}/g, '…');
}

function describeRule(
  { rule, origin, condition, notifiers, problem }: ListedRule,
  states: readonly StoredAlertState[],
  wanted: Language,
): Static<typeof ruleSchema> {
  const { id, isEnabled, severity, forMs, cooldownMs, repeatMs, tellsRecovery, words } = rule;
  return {
    ...{ id, origin, enabled: isEnabled, severity, title: withoutPlaces(words[wanted].title) },
    condition: condition === undefined ? null : conditionText(condition),
    ...{ forMs, cooldownMs, repeatMs: repeatMs ?? null, tellsRecovery },
    notifiers: notifiers === undefined ? null : [...notifiers],
    problem: problem ?? null,
    subjects: states
      .filter((state) => state.rule === id)
      .map(({ subject, state, sinceMs, alertedMs, reminders, unknownSinceMs, observedToMs }) => ({
        ...{ subject, state, sinceMs, alertedMs, reminders, unknownSinceMs, observedToMs },
      })),
  };
}
