import { Type } from 'typebox';
import { describeError, errorCodeOf } from '../../core/errors.ts';
import type { WirelessNetworks, WirelessState } from '../../core/wireless.ts';
import { closed, nullable, oneOf } from '../schema.ts';

/** The radio of the machine, as faces show it. */
export const radioSchema = {
  radio: oneOf(['on', 'off', 'missing'], {
    description: 'off: switched off, by a person or by the machine',
  }),
  problem: nullable(Type.String({ description: 'Why nothing can be done with it, and what to do' })),
  joined: Type.Unsafe<WirelessState['joined']>({
    ...closed({
      ssid: Type.String(),
      signalPct: nullable(Type.Integer()),
      addresses: Type.Array(Type.String(), { description: 'With their prefix: 192.168.1.51/24' }),
    }),
    type: ['object', 'null'],
  }),
};

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
