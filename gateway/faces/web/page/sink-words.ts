import type { Sink } from './api-types.ts';
import type { Fact } from './fact.ts';
import { formatCount, formatDuration, formatTime, noValue } from './format.ts';

const stateWords: Readonly<Record<Sink['state'], string>> = {
  starting: 'not tried yet',
  up: 'up',
  down: 'down: it takes nothing now',
  disabled: 'switched off',
  skipped: 'not used: it lacks a secret',
};

export function sinkState({ state }: Sink): string {
  return stateWords[state];
}

/** Why it takes nothing, and what to do about it; empty while all is well. */
export function sinkTrouble({ reason, hint }: Sink): string {
  return [reason, hint].filter((words) => words !== null).join(' – ');
}

/** Whether trying it now can help. */
export function isRetryable({ state }: Sink): boolean {
  return state === 'down';
}

export function sinkFacts(sink: Sink, nowMs: number, zone: string | undefined): readonly Fact[] {
  const { title, written, writtenMs, refused, lost } = sink;
  return [
    ['Kind', title],
    ['Behind', behindText(sink)],
    ['Sent', `${formatCount(written)} readings`],
    ['Last sent', writtenMs === null ? noValue : formatTime(writtenMs, nowMs, zone)],
    ...countFact('Refused', refused, 'it would not take them'),
    ...countFact('Lost', lost, 'deleted before they could be sent'),
  ];
}

/** What came a moment ago is no backlog yet: a sink that is down lacks it all the same. */
function behindText({ state, backlogMs }: Sink): string {
  if (backlogMs > 0) return `${formatDuration(backlogMs)} of readings to send`;
  if (state === 'up') return 'nothing is missing';
  return state === 'down' || state === 'starting' ? 'what comes now waits' : noValue;
}

function countFact(name: string, count: number, why: string): readonly Fact[] {
  return count === 0 ? [] : [[name, `${formatCount(count)} readings: ${why}`]];
}
