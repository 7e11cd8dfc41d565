import type { ListedRule } from './listed-rule.ts';

/** Fits the lifecycle's health notes. */
interface Note {
  readonly subject: string;
  readonly status: 'degraded';
  readonly message: string;
  readonly hint: string;
}

interface Hearing {
  /** Ids of notifiers that are switched on. */
  readonly enabled: readonly string[];
  /** Of all alerts; undefined: every one. */
  readonly usual: readonly string[] | undefined;
}

/** That something is watched, and nobody would hear of it, unless that is how it was set. */
export function unheardNotes(rules: readonly ListedRule[], { enabled, usual }: Hearing): readonly Note[] {
  const unheard = rules.filter(({ rule, notifiers }) => {
    const wanted = notifiers ?? usual;
    return rule.isEnabled && wanted?.length !== 0 && !enabled.some((id) => wanted?.includes(id) ?? true);
  });
  if (unheard.length === 0) return [];
  const ids = unheard.map(({ rule }) => rule.id).join(', ');
  const why = enabled.length === 0 ? 'no notifier is switched on' : 'their notifiers are switched off';
  const message = `nobody is told of ${ids}: ${why}`;
  const hint =
    'configure one under notifiers (docs/alerts.md), or set notifiers: [] where nobody is to be told';
  return [{ subject: 'alerts:unheard', status: 'degraded', message, hint }];
}
