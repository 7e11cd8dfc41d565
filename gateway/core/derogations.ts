import type { Interval } from './interval.ts';

/** A time in which a member wants the server on, as those see it who switch it. */
export interface Derogation extends Interval {
  readonly id: number;
  /** Id of the member. */
  readonly member: string;
}

/** Who asks, and for whom. */
export interface DerogationCall {
  /** Id of the member; absent: whoever asks, where he is a member. */
  readonly member?: string | undefined;
  readonly principal: { readonly kind: string; readonly id: string; readonly scopes: ReadonlySet<string> };
}

/** What those who switch the server know of derogations. */
export interface Derogations {
  /** Those that hold and touch the range, by start, then by id. From memory: none before the disk was read. */
  covering(range: Interval): readonly Derogation[];
  /** Calls the listener after one was added or taken back, and when they were read from the disk. */
  onChange(listener: () => void): void;
  /**
   * For whoever switches the server on where the policy wants it off: from now on for the usual time, or until his next
   * one; the one that he has now, where he has one. undefined: it is no member who asks, and none is named. Errors:
   * `not_found` (no such member), `forbidden` (one may not act for him). Never that the day is not red.
   */
  derogateNow(call: DerogationCall, nowMs: number): Promise<Derogation | undefined>;
}
