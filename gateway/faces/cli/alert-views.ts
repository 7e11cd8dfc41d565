import { formatDuration, formatValue } from './format-value.ts';
import type { Paint } from './paint.ts';
import { renderTable } from './table.ts';

interface Rule {
  readonly id: string;
  readonly enabled: boolean;
  readonly severity: string;
  readonly condition: string | null;
  readonly forMs: number;
  readonly cooldownMs: number;
  readonly repeatMs: number | null;
  readonly problem: string | null;
  readonly subjects: readonly { readonly subject: string; readonly state: string }[];
}

/** Subjects of one state are named up to here; more are counted. */
const namedMax = 3;

/** The rules, each with those of its subjects that are not quiet. */
export function alertRulesView(answer: unknown, paint: Paint): string {
  const { rules } = answer as { readonly rules: readonly Rule[] };
  const columns = ['id', 'enabled', 'severity', 'for', 'cooldown', 'repeat', 'watches', 'now'];
  return renderTable(
    columns.map((title) => ({ title, align: 'left' })),
    rules.map((rule) => [
      formatValue(rule.id),
      rule.enabled ? 'yes' : 'no',
      rule.severity,
      formatDuration(rule.forMs),
      formatDuration(rule.cooldownMs),
      rule.repeatMs === null ? '-' : formatDuration(rule.repeatMs),
      formatValue(rule.condition),
      formatValue(rule.problem === null ? standing(rule) : `left out: ${rule.problem}`),
    ]),
    paint,
  );
}

/** `firing meter; quiet 12`. */
function standing({ subjects }: Rule): string {
  const byState = Map.groupBy(subjects, ({ state }) => state);
  const parts = [...byState].map(([state, those]) => {
    const isNamed = state !== 'quiet' && state !== 'recovered' && those.length <= namedMax;
    return `${state} ${isNamed ? those.map(({ subject }) => subject).join(', ') : those.length}`;
  });
  return parts.length === 0 ? '-' : parts.join('; ');
}
