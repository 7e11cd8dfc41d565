import type { ServerSettings } from '../server-section.ts';

/** What the UPS says, as it was heard last. */
export interface UpsWord {
  readonly isOnBattery: boolean;
  /** undefined where it does not say. */
  readonly isLow: boolean | undefined;
  readonly runtimeS: number | undefined;
  /** Steady time when it was heard. */
  readonly heardMs: number;
}

/**
 *     mains ──on battery──► battery ──for too long, or too little left──► shut ──mains for long──► mains
 *       ▲                      │                                         ▲  │
 *       └───────mains──────────┘                                         └──┘ on battery again
 *
 * All times are steady ones.
 */
export type UpsState =
  | { readonly phase: 'mains' }
  | { readonly phase: 'battery'; readonly sinceMs: number }
  /** The server was told to shut down. `mainsSinceMs`: undefined while they are away. */
  | { readonly phase: 'shut'; readonly mainsSinceMs: number | undefined };

export type UpsReason = 'battery-long' | 'battery-low' | 'runtime-short';

export interface UpsStep {
  readonly state: UpsState;
  /** The server is to be shut down, once. */
  readonly shutDown?: UpsReason;
  /** The mains are back for long: the policy decides again. */
  readonly isReleased?: true;
}

export type UpsSettings = Pick<ServerSettings, 'upsBatteryMinutes' | 'upsRuntimeMinutes' | 'upsMainsMinutes'>;

const minuteMs = 60_000;
/** What was heard longer ago does not say that the mains are there still. */
export const upsFreshMs = 60_000;

/**
 * Pure: where the UPS leads. While it says nothing, its last word stands: on battery time goes on, and mains that nobody
 * sees do not count as back; that nothing was ever heard is not that the mains are away.
 */
export function upsStep(
  state: UpsState,
  word: UpsWord | undefined,
  nowMs: number,
  settings: UpsSettings,
): UpsStep {
  if (word === undefined) return { state };
  if (state.phase === 'shut') return stepOfShut(state, word, nowMs, settings);
  if (!word.isOnBattery) return { state: { phase: 'mains' } };
  const sinceMs = state.phase === 'battery' ? state.sinceMs : word.heardMs;
  const reason = whyShut(word, nowMs - sinceMs, settings);
  if (reason === undefined) return { state: { phase: 'battery', sinceMs } };
  return { state: { phase: 'shut', mainsSinceMs: undefined }, shutDown: reason };
}

function whyShut(
  { isLow, runtimeS }: UpsWord,
  onBatteryMs: number,
  { upsBatteryMinutes, upsRuntimeMinutes }: UpsSettings,
): UpsReason | undefined {
  if (isLow === true) return 'battery-low';
  if (runtimeS !== undefined && runtimeS * 1_000 < upsRuntimeMinutes * minuteMs) return 'runtime-short';
  return onBatteryMs >= upsBatteryMinutes * minuteMs ? 'battery-long' : undefined;
}

function stepOfShut(
  { mainsSinceMs }: UpsState & { readonly phase: 'shut' },
  { isOnBattery, heardMs }: UpsWord,
  nowMs: number,
  { upsMainsMinutes }: UpsSettings,
): UpsStep {
  if (isOnBattery || nowMs - heardMs > upsFreshMs)
    return { state: { phase: 'shut', mainsSinceMs: undefined } };
  const sinceMs = mainsSinceMs ?? heardMs;
  if (nowMs - sinceMs < upsMainsMinutes * minuteMs)
    return { state: { phase: 'shut', mainsSinceMs: sinceMs } };
  return { state: { phase: 'mains' }, isReleased: true };
}
