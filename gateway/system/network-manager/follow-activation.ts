import type { JoiningFailure, JoiningStep } from '../../core/wireless.ts';
import type { DeviceChange, DeviceStates } from './device-states.ts';
import { joiningFailure, wordsOfReason } from './joining-failure.ts';
import { deviceStates, reasons } from './names.ts';

/** How an activation ended. */
export type ActivationEnd =
  { readonly ok: true } | { readonly ok: false; readonly failure: JoiningFailure; readonly detail: string };

interface Followed {
  readonly hasPassword: boolean;
  readonly told: (step: JoiningStep) => void;
  readonly signal: AbortSignal;
}

const wrongPassword: ReadonlySet<number> = new Set([
  reasons.supplicantDisconnect,
  reasons.supplicantFailed,
  reasons.noSecrets,
]);

/**
 * Follows an adapter until it has joined, or has not. What it does before that is the end of the network of before.
 * Errors: `BusError` when NetworkManager is gone.
 */
export async function followActivation(states: DeviceStates, followed: Followed): Promise<ActivationEnd> {
  const { hasPassword, told, signal } = followed;
  let reached = 0;
  const failed = (reason: number | undefined): ActivationEnd => ({
    ok: false,
    failure: joiningFailure({ reached, reason, hasPassword }),
    detail: wordsOfReason(reason),
  });
  for (;;) {
    const change = await nextBefore(states, signal);
    if (change === undefined) return failed(undefined);
    const { state, reason } = change;
    if (isOver(state, reached)) return failed(reason);
    if (state === deviceStates.activated) return { ok: true };
    if (state < deviceStates.prepare || state >= deviceStates.deactivating) continue;
    const isFurther = state > reached;
    reached = Math.max(reached, state);
    // It asks somebody for another password, and would wait for that.
    if (state === deviceStates.needAuth && wrongPassword.has(reason)) return failed(reason);
    if (isFurther) told(stepOf(state));
  }
}

/** How a network that was joined is lost; never, where it is not before the signal. Errors: `BusError`. */
export async function untilLost(
  states: DeviceStates,
  signal: AbortSignal,
): Promise<ActivationEnd | undefined> {
  for (;;) {
    const change = await nextBefore(states, signal);
    if (change === undefined) return undefined;
    if (change.state === deviceStates.activated) continue;
    return { ok: false, failure: 'wifi_lost', detail: wordsOfReason(change.reason) };
  }
}

async function nextBefore(states: DeviceStates, signal: AbortSignal): Promise<DeviceChange | undefined> {
  try {
    return await states.next(signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function isOver(state: number, reached: number): boolean {
  if (state === deviceStates.failed || state <= deviceStates.unavailable) return true;
  return reached > 0 && state === deviceStates.disconnected;
}

function stepOf(state: number): JoiningStep {
  if (state >= deviceStates.ipCheck) return 'checking';
  if (state >= deviceStates.ipConfig) return 'address';
  return state >= deviceStates.needAuth ? 'authenticating' : 'associating';
}
