import { describeError, errorCodeOf } from '../../core/errors.ts';
import type { WirelessNetworks, WirelessState } from '../../core/wireless.ts';

/** That nobody manages a radio is an answer here, and no error. */
export async function stateOrMissing(
  wireless: WirelessNetworks,
): Promise<{ readonly state: WirelessState; readonly problem: string | null }> {
  try {
    return { state: await wireless.state(), problem: null };
  } catch (error) {
    const code = errorCodeOf(error);
    if (code !== 'wifi_missing' && code !== 'wifi_forbidden') throw error;
    return { state: { radio: 'missing', joined: null, internet: 'unknown' }, problem: describeError(error) };
  }
}
