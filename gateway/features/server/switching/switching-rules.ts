import type { AlertRule } from '../../../core/alert.ts';
import type { ServerSettings } from '../server-section.ts';
import { serverWords, type ServerRuleId } from './switching-words.ts';

const minuteMs = 60_000;

type Habits = Pick<AlertRule, 'severity' | 'forMs'>;

/** When people are told, unless the configuration of alerts says otherwise. */
const habits: Readonly<Record<ServerRuleId, Habits>> = {
  // A source that is late by a minute is no news.
  'server-colour-unknown': { severity: 'warning', forMs: 5 * minuteMs },
  'server-not-switched': { severity: 'warning', forMs: 0 },
  'server-ups': { severity: 'safety', forMs: 0 },
};

/** What people are told of the server. @param isTold whether there is anybody to tell */
export function serverRules(
  { switch: powerSwitch, policy, ups }: Pick<ServerSettings, 'switch' | 'policy' | 'ups'>,
  isTold: boolean,
): readonly AlertRule[] {
  const isOf: Readonly<Record<ServerRuleId, boolean>> = {
    'server-colour-unknown': policy !== 'none',
    'server-not-switched': true,
    'server-ups': ups !== undefined,
  };
  if (powerSwitch === undefined) return [];
  return (Object.keys(habits) as ServerRuleId[]).map((id) => ({
    id,
    ...habits[id],
    isEnabled: isTold && isOf[id],
    cooldownMs: 10 * minuteMs,
    repeatMs: undefined,
    tellsRecovery: true,
    words: serverWords[id],
    page: '#/tempo',
  }));
}
