import type { DeliveryEnd, NewAlert, StoredAlertState } from '../../gateway/storage/alert-calls.ts';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import { startMs } from './scratch.ts';

export const firing: StoredAlertState = {
  rule: 'boiler-fire-out',
  subject: 'boiler',
  state: 'firing',
  sinceMs: startMs,
  alertedMs: startMs,
  reminders: 0,
  unknownSinceMs: null,
  observedToMs: startMs + 60_000,
};

export const newAlert: NewAlert = {
  rule: 'boiler-fire-out',
  subject: 'boiler',
  episodeMs: startMs,
  kind: 'alert',
  sequence: 0,
  atMs: startMs,
  notedMs: startMs + 70_000,
  severity: 'safety',
  facts: '{"water":51.2}',
  deliveries: [
    { notifier: 'mail', recipient: 'one@example.org', dueMs: startMs + 70_000 },
    { notifier: 'sms', recipient: '', dueMs: startMs + 80_000 },
  ],
};

export const sentEnd: Omit<DeliveryEnd, 'id'> = {
  state: 'sent',
  isUnclear: false,
  atMs: startMs + 91_000,
  dueMs: startMs + 70_000,
  reason: null,
  receipt: 'message-1',
};

export function note(
  service: DatabaseService,
  alert: Partial<NewAlert> = {},
  state: Partial<StoredAlertState> = {},
): readonly number[] {
  const noted = service.noteAlerts({
    states: [{ ...firing, ...state }],
    forgotten: [],
    alerts: [{ ...newAlert, ...alert }],
  });
  return noted.map(({ id }) => id);
}
