import { formatDuration } from '../../core/duration.ts';
import type { GatewayError } from '../../core/errors.ts';
import { isSilent, silentPeriodsMax } from './source-pace.ts';

/** A source that is not read, whatever for. */
export interface UnreadSource {
  readonly id: string;
  readonly name?: string;
  readonly kind: string;
  readonly state: 'disabled' | 'skipped' | 'quarantined';
  readonly reason: string;
  readonly hint: string;
}

/** What its health is told by. */
export interface SourceFacts {
  readonly id: string;
  readonly periodMs: number;
  /** Since anything came. */
  readonly silentMs: number;
  readonly error: GatewayError | undefined;
}

/** Fits the lifecycle's health notes. */
export interface SourceNote {
  readonly subject: string;
  readonly status: 'degraded';
  readonly message: string;
  readonly hint: string | null;
}

/** One line for each source that brings nothing: why, and what to do. Pure. */
export function sourceNotes(
  sources: readonly SourceFacts[],
  unread: readonly UnreadSource[],
): readonly SourceNote[] {
  return [
    ...sources.map((source) => noteOf(source)).filter((note) => note !== undefined),
    ...unread
      .filter(({ state }) => state !== 'disabled')
      .map(({ id, reason, hint }) => noteFor(id, `source ${id} is not read: ${reason}`, hint)),
  ];
}

function noteOf({ id, periodMs, silentMs, error }: SourceFacts): SourceNote | undefined {
  const reason = error?.message ?? 'it answers, with nothing in it';
  const hint = error?.hint ?? 'it is asked again by itself; see egw source show';
  if (isSilent(silentMs, periodMs)) {
    const period = formatDuration(periodMs);
    const what = `source ${id}: no data for ${silentPeriodsMax} periods of ${period}: ${reason}`;
    return noteFor(id, what, hint);
  }
  // What does not get better by itself, and what we hold back ourselves, need no waiting for.
  const isKnown = error !== undefined && (!error.retryable || 'requestsPerDay' in error.facts);
  return isKnown ? noteFor(id, `source ${id}: ${reason}`, hint) : undefined;
}

function noteFor(id: string, message: string, hint: string): SourceNote {
  return { subject: `source:${id}`, status: 'degraded', message, hint };
}
