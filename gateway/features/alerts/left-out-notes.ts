import type { ListedRule } from './listed-rule.ts';

/** Fits the lifecycle's health notes. */
interface Note {
  readonly subject: string;
  readonly status: 'degraded';
  readonly message: string;
  readonly hint: string;
}

/** One line for each rule that people have written and nobody looks at. */
export function leftOutNotes(rules: readonly ListedRule[]): readonly Note[] {
  return rules.flatMap(({ rule: { id }, origin, problem }) => {
    if (problem === undefined) return [];
    const what =
      origin === 'own'
        ? `the alert rule ${id} is left out`
        : `what is set of the alert rule ${id} is left out`;
    const hint = 'correct it in the configuration: egw config check FILE';
    return [
      { subject: `alert-rule:${id}`, status: 'degraded' as const, message: `${what}: ${problem}`, hint },
    ];
  });
}
