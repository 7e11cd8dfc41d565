/** The last configuration that ran for the time of its trial with every liveness contract held. */
export interface LastGood {
  readonly hash: string;
  readonly text: string;
  /** Settings that were changed from a face, with which it ran; none when absent. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly promotedMs: number;
}

/** A configuration that is new, while it runs and has not yet been promoted. */
export interface Trial {
  readonly hash: string;
  /** Wall clock at its first start, for people. */
  readonly startedMs: number;
  /** Starts with it that did not end in an orderly stop. */
  readonly starts: number;
}

/** A configuration that was tried and sent back. It is not tried again until the file changes. */
export interface Rejection {
  readonly hash: string;
  readonly why: string;
  readonly atMs: number;
}

export interface TrialState {
  readonly lastGood?: LastGood;
  readonly trial?: Trial;
  readonly rejection?: Rejection;
}

/** The file as it is now. */
export interface CurrentFile {
  /** Undefined when there is none, or it cannot be read. */
  readonly text: string | undefined;
  /** SHA-256 of the text and of the settings that were changed from a face, in hex. */
  readonly hash: string;
  /** Why it cannot run, from loading it; undefined when it can. */
  readonly problem: string | undefined;
}

export interface Choice {
  readonly use: 'current' | 'last-good';
  readonly why:
    'same' | 'trial' | 'unusable' | 'missing' | 'empty' | 'cut_short' | 'rejected_before' | 'failed_to_start';
}

/** A power cut in the trial's minutes must not reject a configuration: only starts that keep failing do. */
export const trialStartsMax = 3;

/** How long a new configuration must run well to become the last good one. */
export const trialMs = 5 * 60_000;

/**
 * Which configuration to start with. Without a last good one there is only the current one, good or not. With
 * one, a file that a power cut or a slip has damaged never stops the gateway: unreadable, gone, emptied, or
 * cut off within a line.
 */
export function chooseConfiguration(current: CurrentFile, state: TrialState): Choice {
  const { lastGood, trial, rejection } = state;
  if (lastGood === undefined) return { use: 'current', why: 'trial' };
  if (current.hash === lastGood.hash) return { use: 'current', why: 'same' };
  const damage = damageOf(current, lastGood);
  if (damage !== undefined) return { use: 'last-good', why: damage };
  if (rejection?.hash === current.hash) return { use: 'last-good', why: 'rejected_before' };
  const failed = trial?.hash === current.hash && trial.starts >= trialStartsMax;
  return failed ? { use: 'last-good', why: 'failed_to_start' } : { use: 'current', why: 'trial' };
}

function damageOf(current: CurrentFile, lastGood: LastGood): Choice['why'] | undefined {
  if (current.problem !== undefined) return 'unusable';
  // Only a setting was changed; there may never have been a file.
  if ((current.text ?? '') === lastGood.text) return undefined;
  if (current.text === undefined) return 'missing';
  if (current.text.trim() === '') return 'empty';
  const cut = lastGood.text.startsWith(current.text) && !current.text.endsWith('\n');
  // An editor ends the file with a new line; a cut within a line leaves half of a value.
  return cut && lastGood.text.trimEnd() !== current.text.trimEnd() ? 'cut_short' : undefined;
}

/**
 * What becomes of the configuration on trial.
 * @param ageMs time since this start, on the monotonic clock
 * @param contractsHeld whether every liveness contract has held until now; an unreachable device breaks none
 */
export function judgeTrial(ageMs: number, contractsHeld: boolean): 'promote' | 'reject' | 'wait' {
  if (!contractsHeld) return 'reject';
  return ageMs >= trialMs ? 'promote' : 'wait';
}
