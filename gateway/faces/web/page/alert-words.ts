import type { Alert, Delivery, Notifier, Rule, RuleSubject, TestAnswer } from './alert-types.ts';
import { formatDuration, formatTime } from './format.ts';

/** When and where it is. */
export interface AlertTime {
  readonly nowMs: number;
  readonly zone: string | undefined;
}

const kindWords: Readonly<Record<Alert['kind'], string>> = {
  alert: 'over',
  reminder: 'reminder',
  recovered: 'told that it is over',
  test: 'test',
};

/** Whether somebody sees to it, or what it was. */
export function alertState(alert: Alert, { nowMs }: AlertTime): string {
  if (!alert.isOpen) return kindWords[alert.kind];
  const lasting = `for ${formatDuration(nowMs - alert.episodeMs)}`;
  if (alert.acknowledgedMs === null) return lasting;
  return `${lasting}, seen to${alert.acknowledgedBy === null ? '' : ` by ${alert.acknowledgedBy}`}`;
}

/** The colours of devices mean the same here. */
export function alertTone(alert: Alert): string {
  if (!alert.isOpen) return alert.kind === 'recovered' ? 'up' : 'past';
  return alert.severity === 'safety' ? 'down' : 'suspect';
}

/** `family by mail: sent at 06:41`. */
export function deliveryWords(delivery: Delivery, { nowMs, zone }: AlertTime): string {
  const { notifier, recipient, reason } = delivery;
  const whom = recipient === '' ? notifier : `${notifier}, ${recipient}`;
  const why = reason === null ? '' : `: ${reason}`;
  return `${whom}: ${deliveryState(delivery, { nowMs, zone })}${delivery.state === 'sent' ? '' : why}`;
}

function deliveryState({ state, tries, dueMs, endedMs }: Delivery, { nowMs, zone }: AlertTime): string {
  const counted = tries > 1 ? ` after ${tries} tries` : '';
  switch (state) {
    case 'sent':
      return `sent${endedMs === null ? '' : ` ${formatTime(endedMs, nowMs, zone)}`}${counted}`;
    case 'failed':
      return `given up${counted}`;
    case 'sending':
      return 'is being sent';
    case 'queued':
      if (tries > 0) return `waits for try ${tries + 1}, ${formatTime(dueMs, nowMs, zone)}`;
      return dueMs > nowMs ? `waits until ${formatTime(dueMs, nowMs, zone)}` : 'waits';
  }
}

const stateWords: Readonly<Record<RuleSubject['state'], string>> = {
  quiet: 'quiet',
  pending: 'holds, not long enough yet',
  held: 'holds, told when the pause is over',
  firing: 'told, goes on',
  acknowledged: 'seen to, goes on',
  recovered: 'over',
};

const shownSubjectsMax = 3;

/** Where a rule stands: what goes on, or that nothing does. */
export function ruleState({ enabled, problem, subjects }: Rule): string {
  if (problem !== null) return `left out: ${problem}`;
  if (!enabled) return 'off';
  const busy = subjects.filter(({ state }) => state !== 'quiet' && state !== 'recovered');
  if (busy.length === 0) {
    const isBlind = subjects.length > 0 && subjects.every(({ unknownSinceMs }) => unknownSinceMs !== null);
    return isBlind ? 'nothing is known' : 'quiet';
  }
  const words = busy
    .slice(0, shownSubjectsMax)
    .map(({ subject, state }) => `${subject} ${stateWords[state]}`);
  const more = busy.length - shownSubjectsMax;
  return [...words, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** What a rule tells of, without the places of what only an alert knows: `Boiler out since …` is `Boiler out`. */
export function ruleTitle({ id, title }: Pick<Rule, 'id' | 'title'>): string {
  const words = title.replaceAll(/(?: (?:since|from|at|of|in|depuis le|le))? ?(?:\{\w+\}|…)/g, '').trim();
  return words === '' ? id : words;
}

/** When it tells: `at once, at most every 10 min`. */
export function ruleTimes({ forMs, cooldownMs, repeatMs }: Rule): string {
  const parts = [forMs === 0 ? 'at once' : `after ${formatDuration(forMs)}`];
  if (cooldownMs > 0) parts.push(`not again within ${formatDuration(cooldownMs)}`);
  if (repeatMs !== null) parts.push(`reminds every ${formatDuration(repeatMs)}`);
  return parts.join(', ');
}

/** Whether what is to be told goes out. */
export function notifierState(notifier: Notifier, { nowMs, zone }: AlertTime): string {
  const { enabled, problem, queued, sentMs, failedMs } = notifier;
  if (!enabled) return 'off';
  if (problem !== null) return 'cannot send';
  const waiting = queued === 0 ? '' : `, ${queued} ${queued === 1 ? 'waits' : 'wait'}`;
  if (failedMs !== null && failedMs > (sentMs ?? 0)) {
    return `gave up ${formatTime(failedMs, nowMs, zone)}${waiting}`;
  }
  return sentMs === null
    ? `nothing sent yet${waiting}`
    : `sent last ${formatTime(sentMs, nowMs, zone)}${waiting}`;
}

/** What ails it, in the gateway's words; empty while nothing does. */
export function notifierTrouble({ problem, queued, sentMs, failedMs, reason }: Notifier): string {
  const isFailing = queued > 0 || (failedMs ?? 0) > (sentMs ?? 0);
  return problem ?? (isFailing ? (reason ?? '') : '');
}

/** What became of a test. */
export function testWords({ isSent, results }: TestAnswer, time: AlertTime): string {
  if (isSent) return results.length === 1 ? 'The test was sent.' : `All ${results.length} tests were sent.`;
  return results
    .filter(({ state }) => state !== 'sent')
    .map((result) => deliveryWords(result, time))
    .join('. ');
}
