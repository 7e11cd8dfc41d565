import { Type, type Static } from 'typebox';
import { alertSeverities, type Language } from '../../core/alert.ts';
import type { StoredAlert, StoredAlertState, StoredDelivery } from '../../storage/alert-calls.ts';
import { closed, instant, nullable, oneOf } from '../schema.ts';

const alertKinds = ['alert', 'reminder', 'recovered', 'test'] as const;
export const alertStates = ['quiet', 'pending', 'held', 'firing', 'acknowledged', 'recovered'] as const;
export const deliveryStates = ['queued', 'sending', 'sent', 'failed'] as const;

/** What an alert is in words. */
export interface AlertText {
  readonly title: string;
  readonly text: string;
}

/** Puts alerts into words for those who read them here. */
export interface AlertSpeaker {
  say(alert: StoredAlert, language: Language): AlertText;
}

export const alertFacts = {
  id: Type.Integer(),
  rule: Type.String(),
  subject: Type.String({ description: 'What it is about: boiler, a source, a device/quantity' }),
  kind: oneOf(alertKinds),
  severity: oneOf(alertSeverities),
  title: Type.String(),
  text: Type.String(),
  atMs: instant({ description: 'What it tells of' }),
  episodeMs: instant({ description: 'When what it tells of began' }),
  notedMs: instant({ description: 'When it was decided' }),
  isOpen: Type.Boolean({ description: 'Whether it goes on; of alerts only, never of what follows them' }),
  acknowledgedMs: nullable(instant()),
  acknowledgedBy: nullable(Type.String()),
};

export const deliverySchema = closed({
  id: Type.Integer(),
  alert: Type.Integer({ description: 'Id of the alert' }),
  notifier: Type.String(),
  recipient: Type.String({ description: 'As it may be shown; empty where the notifier reaches one place' }),
  state: oneOf(deliveryStates, {
    description: 'queued: sent when it is due; failed: given up',
  }),
  tries: Type.Integer(),
  unclear: Type.Integer({ description: 'Of the tries: may have gone out, although nobody said so' }),
  dueMs: instant({ description: 'Not before' }),
  begunMs: nullable(instant({ description: 'The last try' })),
  endedMs: nullable(instant({ description: 'When it was sent, or given up' })),
  reason: nullable(Type.String({ description: 'Why the last try failed' })),
  receipt: nullable(Type.String({ description: 'What the other side calls it' })),
});

export type ShownDelivery = Static<typeof deliverySchema>;

export const alertSchema = closed(alertFacts);

export type ShownAlert = Static<typeof alertSchema>;

export function describeAlert(
  alert: StoredAlert,
  { title, text }: AlertText,
  states: readonly StoredAlertState[],
): ShownAlert {
  const { id, rule, subject, kind, severity, atMs, episodeMs, notedMs } = alert;
  const { acknowledgedMs, acknowledgedBy } = alert;
  return {
    ...{ id, rule, subject, kind, severity, title, text, atMs, episodeMs, notedMs },
    isOpen: kind === 'alert' && states.some((state) => isOpen(state) && isOfEpisode(alert, state)),
    ...{ acknowledgedMs, acknowledgedBy },
  };
}

/** Told, and not over. */
export function isOpen({ state }: StoredAlertState): boolean {
  return state === 'firing' || state === 'acknowledged';
}

export function isOfEpisode(alert: StoredAlert, state: StoredAlertState): boolean {
  return alert.rule === state.rule && alert.subject === state.subject && alert.episodeMs === state.sinceMs;
}

/** @param shown the recipient as it may be shown */
export function describeDelivery(delivery: StoredDelivery, shown: string): ShownDelivery {
  const { id, alert, notifier, state, tries, unclear, dueMs, begunMs, endedMs, reason, receipt } = delivery;
  return {
    ...{ id, alert, notifier, recipient: shown, state, tries, unclear },
    ...{ dueMs, begunMs, endedMs, reason, receipt },
  };
}
