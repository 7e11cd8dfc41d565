import type { StoredAlert } from '../../storage/alert-calls.ts';
import type { StorePort } from '../store-port.ts';
import { boilerId } from './boiler-id.ts';
import { boilerRuleIds } from './boiler-rules.ts';
import { minuteMs } from './boiler-minute.ts';
import type { Boiler, ToldPhase } from './boiler.ts';
import type { PhaseRange } from './phase-spans.ts';
import type { Phase } from './phase.ts';

export const eventKinds = ['phase', 'alert', 'reminder', 'recovered'] as const;

/** Something that happened at the boiler, at an instant. */
export interface BoilerEvent {
  readonly atMs: number;
  readonly kind: (typeof eventKinds)[number];
  /** Which it was from then on; of an alert, at that time. */
  readonly phase: Phase | null;
  readonly before: Phase | null;
  readonly rule: string | null;
  readonly alert: number | null;
  readonly isProvisional: boolean;
}

export interface EventPorts {
  readonly store: StorePort<'listAlerts'>;
}

const alertsPageMax = 1_000;

/** Changes of phase and what people were told, in the order of time. Errors: those of the store. */
export async function boilerEvents(
  boiler: Boiler,
  { store }: EventPorts,
  range: PhaseRange & { readonly rowsMax: number },
): Promise<{ readonly events: readonly BoilerEvent[]; readonly nextMs: number | null }> {
  const { fromMs, toMs, rowsMax } = range;
  // The phase before the first one says what that has changed from.
  const found = await boiler.phases({ fromMs: fromMs - minuteMs, toMs }, rowsMax + 1);
  const endMs = found.nextMs ?? toMs;
  const alerts = await alertsOf(store, { fromMs, toMs: endMs });
  const events = [...changes(found.phases), ...alerts.map((alert) => alertEvent(alert, found.phases))]
    .filter(({ atMs }) => atMs >= fromMs && atMs < endMs)
    .sort((left, right) => left.atMs - right.atMs);
  const cutMs = events[rowsMax]?.atMs;
  if (cutMs === undefined) return { events, nextMs: found.nextMs };
  // Those of one instant are never parted.
  const whole = events.filter(({ atMs }) => atMs < cutMs);
  if (whole.length > 0) return { events: whole, nextMs: cutMs };
  return { events: events.filter(({ atMs }) => atMs === cutMs), nextMs: cutMs + 1 };
}

function changes(phases: readonly ToldPhase[]): readonly BoilerEvent[] {
  return phases.flatMap(({ startMs, phase, isProvisional }, index) => {
    const before = phases[index - 1];
    if (before?.endMs === startMs && before.phase === phase) return [];
    return [
      {
        ...{ atMs: startMs, kind: 'phase' as const, rule: null, alert: null, isProvisional },
        phase: phase as Phase,
        before: (before?.phase ?? null) as Phase | null,
      },
    ];
  });
}

function alertEvent({ id, atMs, kind, rule }: StoredAlert, phases: readonly ToldPhase[]): BoilerEvent {
  const during = phases.findLast(({ startMs }) => startMs <= atMs);
  return {
    ...{ atMs, kind: kind === 'test' ? 'alert' : kind, rule, alert: id },
    ...{ phase: (during?.phase ?? null) as Phase | null, before: null, isProvisional: false },
  };
}

async function alertsOf(store: StorePort<'listAlerts'>, range: PhaseRange): Promise<readonly StoredAlert[]> {
  const found: StoredAlert[] = [];
  let beforeId: number | undefined;
  for (;;) {
    const query = { ...range, rowsMax: alertsPageMax, ...(beforeId !== undefined && { beforeId }) };
    const page = await store.call('listAlerts', query);
    found.push(...page);
    beforeId = page.at(-1)?.id;
    if (page.length < alertsPageMax || beforeId === undefined) break;
  }
  const isOurs = ({ rule, subject, kind }: StoredAlert): boolean =>
    boilerRuleIds.includes(rule) &&
    kind !== 'test' &&
    (subject === boilerId || subject.startsWith(`${boilerId}/`));
  return found.filter(isOurs);
}
