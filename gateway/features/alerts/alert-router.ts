import type { NewAlert, NewDelivery } from '../../storage/alert-calls.ts';
import type { AlertRouter } from './alert-ports.ts';
import { quietEndMs, quietStartMs, type QuietHours } from './quiet-hours.ts';

interface RoutedNotifier {
  readonly id: string;
  /** [''] where it reaches one place. */
  readonly recipients: readonly string[];
}

export interface RouterParts {
  /** Those that are switched on. */
  readonly notifiers: readonly RoutedNotifier[];
  /** Ids that a rule names; undefined: those of all alerts. */
  notifiersOf(rule: string): readonly string[] | undefined;
  /** Of all alerts; undefined: every one. */
  readonly usual: readonly string[] | undefined;
  readonly quietHours: QuietHours | undefined;
  /** Of the site, IANA. */
  readonly zone: string;
  /** While it is not, nobody knows when quiet hours are: nothing waits. */
  readonly isTimeKnown: () => boolean;
}

type Routed = Omit<NewAlert, 'deliveries'>;

/** Who is told: by the rule, or as all alerts are; and when: by what it is about, and by the hours of the site. */
export function createAlertRouter(parts: RouterParts): AlertRouter {
  return {
    route: (alert): readonly NewDelivery[] => {
      const wanted = parts.notifiersOf(alert.rule) ?? parts.usual;
      const dueMs = dueOf(alert, parts);
      return parts.notifiers
        .filter(({ id }) => wanted?.includes(id) ?? true)
        .flatMap(({ id, recipients }) => recipients.map((recipient) => ({ notifier: id, recipient, dueMs })));
    },
  };
}

function dueOf(alert: Routed, { quietHours, zone, isTimeKnown }: RouterParts): number {
  const { notedMs } = alert;
  if (quietHours === undefined || !isTimeKnown() || alert.kind === 'test') return notedMs;
  if (alert.severity === 'safety' && !isGoodNewsOfYesterday(alert, quietHours, zone)) return notedMs;
  return quietEndMs(quietHours, zone, notedMs) ?? notedMs;
}

/** Whoever was woken by what began in these quiet hours wants to know at once that it is over; nobody else does. */
function isGoodNewsOfYesterday(
  { kind, episodeMs, notedMs }: Routed,
  hours: QuietHours,
  zone: string,
): boolean {
  if (kind !== 'recovered') return false;
  return episodeMs < (quietStartMs(hours, zone, notedMs) ?? -Infinity);
}
